// Was a replay the run that was recorded? If not: from which step on, and why.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/report/draw_timeline.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/replay/replay_file.h"
#include "sim/engine/trace.h"

namespace fencepost::cli {

struct ReplayComparison {
  std::uint64_t hash = 0;  // of the replay
  bool same_hash = false;
  std::optional<sim::Parting> parting;  // a choice that could not be followed
  // With another hash: the first choice before which an event was another, if the file has what it
  // takes to tell. Equal to the number of choices: it was behind the last one.
  std::optional<std::size_t> differs_before_choice;
  std::size_t events_before = 0;  // of the replay, before that choice
};

ReplayComparison Compare(const sim::ReplayFile& file, const sim::Trace& trace,
                         const std::optional<sim::Parting>& parting);

// A broken property counts more than a difference. `go_on`: after a parting the run was continued,
// and what it came to is what was asked for.
ExitCode ExitCodeOf(const RunReport& report, const ReplayComparison& comparison, bool go_on);

std::string ComparisonText(const sim::ReplayFile& file, const ReplayComparison& comparison,
                           const DrawStyle& style);

// recorded_hash, recorded_property, recorded_revision, same_hash, parting, first_difference.
void AddComparison(const sim::ReplayFile& file, const ReplayComparison& comparison,
                   nlohmann::ordered_json& json);

}  // namespace fencepost::cli
