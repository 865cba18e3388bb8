// The size of the protocol, the faults that it has to survive, and a bug planted in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace fencepost::models {

// Variants of the protocol that are wrong in one way each. The checker must find a counterexample
// to each of them.
enum class PlantedBug : std::uint8_t {
  kNone,
  kDeleteAfterMissedDrain,
  kDrainByOwnerOnly,
  kEpochGuardedWhileReadOrWritten,
  kSnapshotFenceByState,
  kSnapshotFenceByClock,
  kLeaseNotCompared,
  kEpochNotRaisedByClaim,
  kOrphanOwnerNotLookedAtAgain,
  kTakeOverOfAnything,
  kDrainIgnoresSession,
  kCleanupAfterMissedRetire,
  kOrphansNotSwept,
  kPodsNotReconciled,
};

struct PlantedBugInfo {
  PlantedBug planted_bug;
  std::string_view name;
  std::string_view claim;   // what the protocol does wrong
  std::string_view breaks;  // the name of the property that breaks
};
// All planted bugs; kNone is not one.
std::span<const PlantedBugInfo> AllPlantedBugs();
std::optional<PlantedBug> ParsePlantedBug(std::string_view name);

struct Options {
  int control_planes = 2;
  int workers = 1;
  int epochs = 3;  // no refresh, claim or take-over raises an epoch beyond this
  bool sessions = true;
  bool secrets = true;
  bool crashes = true;
  bool pauses = true;
  // Lost replies, and calls that fail until their caller gives up.
  bool lost_replies = true;
  PlantedBug planted_bug = PlantedBug::kNone;

  bool AnyFault() const { return crashes || pauses || lost_replies; }
  // InvalidArgument names the option that is out of bounds.
  absl::Status Validate() const;
  // "2 control planes, 1 worker, epochs up to 3, …".
  std::string Sentence() const;
};

}  // namespace fencepost::models
