// How large the protocol is, which faults it has to survive, and which mistake it makes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace fencepost::models {

// Forms of the protocol that are wrong, each in one way: what the checker must find.
enum class Mistake : std::uint8_t {
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

struct MistakeInfo {
  Mistake mistake;
  std::string_view name;
  std::string_view claim;   // what the mistaken protocol does
  std::string_view breaks;  // the property of which it is a counterexample
};
// kNone is not among them.
std::span<const MistakeInfo> AllMistakes();
std::optional<Mistake> ParseMistake(std::string_view name);

struct Options {
  int control_planes = 2;
  int workers = 1;
  int epochs = 3;  // refreshes, claims and take-overs end there
  bool sessions = true;
  bool secrets = true;
  bool crashes = true;
  bool pauses = true;
  // Replies that are lost, and calls that fail until their caller gives up.
  bool lost_replies = true;
  Mistake mistake = Mistake::kNone;

  bool AnyFault() const { return crashes || pauses || lost_replies; }
  // InvalidArgument names what is out of bounds.
  absl::Status Validate() const;
  // "2 control planes, 1 worker, epochs up to 3, …".
  std::string Sentence() const;
};

}  // namespace fencepost::models
