// Whether a replay was the run that was recorded; if it was not, from which step on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "campaign/verdict.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/replay/replay_file.h"
#include "sim/engine/trace.h"

namespace fencepost::campaign {

struct ReplayComparison {
  std::uint64_t hash = 0;  // of the replay
  bool same_hash = false;
  std::optional<sim::Parting> parting;  // a choice that could not be followed
  // With another hash: the first choice before which an event was another one, if the file has the
  // running hashes to tell. Equal to the number of choices: it was after the last one.
  std::optional<std::size_t> differs_before_choice;
  std::size_t events_before = 0;  // of the replay, before that choice
};

ReplayComparison Compare(const sim::ReplayFile& file, const sim::Trace& trace,
                         const std::optional<sim::Parting>& parting);

// A broken property counts more than a difference. `go_on`: the run was continued after a parting,
// and the verdict on it is what was asked for.
Verdict VerdictOf(const RunReport& report, const ReplayComparison& comparison, bool go_on);

}  // namespace fencepost::campaign
