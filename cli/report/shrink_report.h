// How small a failure was made, and from which decision on it was inevitable.
#pragma once

#include <string>

#include "campaign/shrink/shrink_finding.h"
#include "cli/report/json.h"
#include "cli/report/output.h"

namespace fencepost::cli {

// Three lines: from what to what, whether it may get smaller, since when it was inevitable.
std::string ShrunkText(const campaign::Shrunk& shrunk);

// before, after, executions, minimal, inevitable_from_choice, continuations.
void AddShrunk(const campaign::Shrunk& shrunk, Json& json);

// Writes the replay file of the failure to `replay_directory` and shows the failure. `command`
// repeats the run that was made small.
campaign::Verdict ShowShrunk(const campaign::Shrunk& shrunk, const std::string& replay_directory,
                             const std::string& command, const Output& output);

}  // namespace fencepost::cli
