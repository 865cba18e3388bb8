#include "core/plane/janitor.h"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plane/orphan_sweep.h"
#include "core/plane/reconciler.h"

namespace fencepost {

absl::Status Janitor::RunOnce(absl::FunctionRef<bool()> leads) {
  using Leads = absl::FunctionRef<bool()>;
  struct Step {
    std::string_view failure;
    absl::Status (*run)(Janitor&, Leads);
  };
  static constexpr std::array<Step, 8> kSteps = {{
      {"expire_control_planes_failed", [](Janitor& j, Leads) { return j.ExpireControlPlanes(); }},
      {"expire_sessions_failed", [](Janitor& j, Leads) { return j.ExpireSessions(); }},
      {"reap_orphans_failed", [](Janitor& j, Leads) { return j.ReapOrphans(); }},
      {"reap_stuck_failed", [](Janitor& j, Leads) { return j.ReapStuck(); }},
      {"reap_hot_idle_failed", [](Janitor& j, Leads) { return j.ReapHotIdle(); }},
      {"reap_other_images_failed", [](Janitor& j, Leads) { return j.ReapOtherImages(); }},
      {"reconcile_failed", [](Janitor& j, Leads leads) { return j.ReconcilePlatform(leads); }},
      {"forget_failed", [](Janitor& j, Leads) { return j.ForgetEnded(); }},
  }};
  // A pass that lost the leadership half-way is taken up where it stopped. Otherwise a long step
  // would keep those behind it from running, pass after pass.
  const std::size_t first = std::exchange(first_step_, 0);
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    const std::size_t place = (first + i) % kSteps.size();
    if (!leads()) {
      first_step_ = place;
      return absl::OkStatus();
    }
    const absl::Status status = kSteps[place].run(*this, leads);
    if (absl::IsCancelled(status)) return status;
    if (!status.ok()) events_.Note(WorkerId{}, kSteps[place].failure, status);
  }
  return absl::OkStatus();
}

absl::Status Janitor::ExpireControlPlanes() {
  absl::Status first = runtime_
                           .Call(CallSite{CallTarget::kStore, "expire_control_planes"},
                                 [&] { return store_.ExpireControlPlanes(config_.cp_expiry); })
                           .status();
  if (absl::IsCancelled(first)) return first;
  absl::Status second = runtime_
                            .Call(CallSite{CallTarget::kStore, "expire_overdue_drains"},
                                  [&] { return store_.ExpireOverdueDrains(config_.overdue_drain); })
                            .status();
  return first.ok() ? second : first;
}

absl::Status Janitor::ExpireSessions() {
  return runtime_
      .Call(CallSite{CallTarget::kStore, "expire_sessions"},
            [&] { return store_.ExpireSessions(); })
      .status();
}

absl::Status Janitor::ReapOrphans() {
  return SweepOrphans(runtime_, config_, store_, lifecycle_).status();
}

absl::Status Janitor::ReapAged(WorkerState state, absl::Duration age, const char* reason) {
  absl::StatusOr<std::vector<WorkerSnapshot>> aged =
      runtime_.Call(CallSite{CallTarget::kStore, "list_by_state_age", {}, state},
                    [&] { return store_.ListByStateAge(state, age, config_.listing_limit); });
  if (!aged.ok()) return aged.status();
  for (const WorkerSnapshot& worker : *aged) {
    const TransitionResult result =
        lifecycle_.RetireFromSnapshot(worker, WorkerState::kRetired, reason);
    if (absl::IsCancelled(result.error)) return result.error;
  }
  return absl::OkStatus();
}

absl::Status Janitor::ReapStuck() {
  absl::Status all = ReapAged(WorkerState::kSpawning, config_.stuck_spawning, "stuck_spawning");
  for (const WorkerState state : {WorkerState::kReserved, WorkerState::kActivating}) {
    if (absl::IsCancelled(all)) return all;
    all.Update(ReapAged(state, config_.stuck_activating, "stuck_activating"));
  }
  if (absl::IsCancelled(all)) return all;
  all.Update(ReapAged(WorkerState::kDraining, config_.overdue_drain, "overdue_drain"));
  return all;
}

absl::Status Janitor::ReapHotIdle() {
  constexpr WorkerState kParked = WorkerState::kHotIdle;
  absl::StatusOr<std::vector<WorkerSnapshot>> aged = runtime_.Call(
      CallSite{CallTarget::kStore, "list_by_state_age", {}, kParked},
      [&] { return store_.ListByStateAge(kParked, config_.hot_idle_ttl, config_.listing_limit); });
  if (!aged.ok()) return aged.status();
  for (const WorkerSnapshot& worker : *aged) {
    const TransitionResult result = lifecycle_.RetireIdleVariant(worker, "hot_idle_ttl");
    if (absl::IsCancelled(result.error)) return result.error;
  }
  return absl::OkStatus();
}

// Retires one worker a pass, so that an upgrade never empties the pool.
absl::Status Janitor::ReapOtherImages() {
  if (config_.warm_target.empty()) return absl::OkStatus();  // no image is known to be current
  std::vector<Image> wanted;
  for (const auto& [image, target] : config_.warm_target) wanted.push_back(image);
  absl::StatusOr<std::vector<WorkerSnapshot>> other =
      runtime_.Call(CallSite{CallTarget::kStore, "list_other_images"},
                    [&] { return store_.ListOtherImages(wanted, 1); });
  if (!other.ok()) return other.status();
  for (const WorkerSnapshot& worker : *other) {
    const TransitionResult result = lifecycle_.RetireIdleVariant(worker, "other_image");
    if (absl::IsCancelled(result.error)) return result.error;
  }
  return absl::OkStatus();
}

// Pods come first: a secret is deleted only after the pod that uses it.
absl::Status Janitor::ReconcilePlatform(absl::FunctionRef<bool()> leads) {
  const absl::Status pods =
      ReconcilePods(runtime_, config_, events_, store_, pods_, lifecycle_, leads);
  if (absl::IsCancelled(pods)) return pods;
  const absl::Status secrets =
      ReconcileSecrets(runtime_, config_, events_, store_, secrets_, lifecycle_, leads);
  return pods.ok() || absl::IsCancelled(secrets) ? secrets : pods;
}

absl::Status Janitor::ForgetEnded() {
  const absl::Status workers =
      runtime_
          .Call(CallSite{CallTarget::kStore, "forget_workers"},
                [&] { return store_.ForgetWorkers(config_.retention, config_.listing_limit); })
          .status();
  if (!workers.ok()) return workers;
  return runtime_
      .Call(CallSite{CallTarget::kStore, "forget_control_planes"},
            [&] { return store_.ForgetControlPlanes(config_.retention); })
      .status();
}

}  // namespace fencepost
