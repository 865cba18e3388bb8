#include "models/lifecycle/options.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {
namespace {

constexpr std::array<PlantedBugInfo, 13> kPlantedBugs = {{
    {PlantedBug::kDeleteAfterMissedDrain, "delete-after-missed-drain",
     "The pod is deleted although the drain missed.", "fenced-delete"},
    {PlantedBug::kDrainByOwnerOnly, "drain-by-owner-only",
     "A drain compares the owner and not the epoch, so a stale lease drains the new one.",
     "one-owner"},
    {PlantedBug::kEpochGuardedWhileReadOrWritten, "epoch-guarded-while-read-or-written",
     "The epoch is guarded only while it is read or written, so a refresh lands between.",
     "shutdown-completes"},
    {PlantedBug::kSnapshotFenceByState, "snapshot-fence-by-state",
     "A snapshot fence compares the state and not the revision.", "one-owner"},
    {PlantedBug::kSnapshotFenceByClock, "snapshot-fence-by-clock",
     "A snapshot fence compares times: a clock that stands still hides a change.", "one-owner"},
    {PlantedBug::kLeaseNotCompared, "lease-not-compared",
     "A lease operation looks at the state and not at the lease.", "one-owner"},
    {PlantedBug::kEpochNotRaisedByClaim, "epoch-not-raised-by-claim",
     "A claim sets the owner and leaves the epoch.", "one-lease"},
    {PlantedBug::kOrphanOwnerNotLookedAtAgain, "orphan-owner-not-looked-at-again",
     "The orphan retire trusts an early listing about the owner.", "one-owner"},
    {PlantedBug::kTakeOverOfAnything, "take-over-of-anything",
     "A take-over looks neither at the state nor at whether the owner is gone.", "one-owner"},
    {PlantedBug::kDrainIgnoresSession, "drain-ignores-session",
     "A shutdown's drain does not look for a session that has just begun.", "session-spared"},
    {PlantedBug::kCleanupAfterMissedRetire, "cleanup-after-missed-retire",
     "The janitor cleans up although its retirement missed.", "fenced-delete"},
    {PlantedBug::kOrphansNotSwept, "orphans-not-swept", "Nobody looks for orphans.",
     "orphans-retired"},
    {PlantedBug::kPodsNotReconciled, "pods-not-reconciled",
     "Nobody looks for pods and secrets of workers that have ended.", "pods-reaped"},
}};

absl::Status Within(std::string_view what, int value, int most) {
  if (value >= 1 && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the number of ", std::string(what),
                                                 " must be from 1 to ", most, ", not ", value));
}

}  // namespace

std::span<const PlantedBugInfo> AllPlantedBugs() { return kPlantedBugs; }

std::optional<PlantedBug> ParsePlantedBug(std::string_view name) {
  for (const PlantedBugInfo& info : kPlantedBugs) {
    if (info.name == name) return info.planted_bug;
  }
  return std::nullopt;
}

absl::Status Options::Validate() const {
  absl::Status valid = Within("control planes", control_planes, kMostControlPlanes);
  valid.Update(Within("workers", workers, kMostWorkers));
  valid.Update(Within("epochs", epochs, kHighestEpoch));
  return valid;
}

std::string Options::Sentence() const {
  const auto count = [](int n, const char* one) {
    return absl::StrCat(n, " ", one, n == 1 ? "" : "s");
  };
  std::string text = absl::StrCat(count(control_planes, "control plane"), ", ",
                                  count(workers, "worker"), ", epochs up to ", epochs);
  const auto with = [&text](bool on, const char* what) {
    absl::StrAppend(&text, on ? ", " : ", no ", what);
  };
  with(sessions, "sessions");
  with(secrets, "secrets");
  with(crashes, "crashes");
  with(pauses, "pauses");
  with(lost_replies, "lost replies");
  for (const PlantedBugInfo& info : kPlantedBugs) {
    if (info.planted_bug == planted_bug)
      absl::StrAppend(&text, "; planted bug ", std::string(info.name));
  }
  return text;
}

}  // namespace fencepost::models
