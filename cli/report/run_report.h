// Shows one run of a scenario: its page, or its JSON object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "campaign/determinism/determinism_guard.h"
#include "campaign/run_setup.h"
#include "cli/report/output.h"

namespace fencepost::cli {

struct ShownRun {
  const campaign::Subject& subject;
  const RunReport& report;
  const sim::Timeline& timeline;
  std::string command;                // repeats the run
  std::optional<std::uint64_t> seed;  // if a seed chose it
  // Another process came to another run: that is what is shown then.
  std::optional<campaign::Divergence> divergence;
};

campaign::Verdict ShowRun(const ShownRun& run, const Output& output);

}  // namespace fencepost::cli
