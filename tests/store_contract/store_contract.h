// One contract, one suite, every store: what core/seams/worker_store.h and
// core/seams/lifecycle_store.h promise, said as tests.
//
// The tests are in the .cc files of this folder, one subject each. A store's test executable links
// fencepost_store_contract and instantiates the suite with its factory (store_factory.h). Workers
// get into each state by legal transitions only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/store_contract/control_plane.h"
#include "tests/store_contract/store_factory.h"

namespace fencepost::store_contract {

// The time of a session where a test is about something else, and the stores' resolution of time.
inline constexpr absl::Duration kTtl = absl::Seconds(60);
inline constexpr absl::Duration kTick = absl::Microseconds(1);

// A session of the org, always with the same holder.
inline SessionHandle Held(const std::string& token, const std::string& org = "org-a") {
  return {{Org(org), SessionToken(token)}, {BootId{88}, 1}};
}

class StoreContract : public testing::TestWithParam<StoreFactory> {
 protected:
  // True events go to `observer`, which may be null.
  explicit StoreContract(EventObserver* observer = nullptr);

  // A registered control plane.
  ControlPlane& Start(const std::string& name);

  // A worker of `cp` in `state`, with an org; and the lease under which it got there.
  WorkerLease MakeWorker(ControlPlane& cp, WorkerState state, const std::string& org = "org-a",
                         const std::string& image = "image-1");
  // An idle worker of no org.
  WorkerLease MakeUnboundIdle(ControlPlane& cp, const std::string& image = "image-1");

  WorkerSnapshot Look(WorkerId worker);
  WorkerSnapshot Look(const WorkerLease& lease) { return Look(lease.worker()); }
  WorkerRow RowOf(const WorkerLease& lease) { return Look(lease).row(); }
  WorkerState StateOf(const WorkerLease& lease) { return Look(lease).row().state; }
  ControlPlaneRow RowOf(const ControlPlane& cp);
  SessionRow RowOf(const SessionHandle& session);

  OperationId NextOperation() { return {.boot = BootId{77}, .sequence = ++last_operation_}; }
  CreateRequest Slot(const ControlPlane& cp, const std::string& org);
  CreateRequest WarmSlot(const ControlPlane& cp, std::int64_t warm_target);
  ClaimRequest Claim(const ControlPlane& cp, const std::string& org);

  void Advance(absl::Duration duration) { now += duration; }

  // Microseconds are what every store keeps.
  absl::Time now = absl::FromUnixMicros(1'700'000'000'123'456);
  std::shared_ptr<LifecycleStore> store_holder;
  LifecycleStore& store;

 private:
  std::vector<std::unique_ptr<ControlPlane>> control_planes_;
  std::uint64_t last_operation_ = 0;
};

std::vector<std::int64_t> Ids(const std::vector<WorkerSnapshot>& workers);
std::vector<std::int64_t> Ids(const std::vector<OwnedWorker>& workers);

}  // namespace fencepost::store_contract

namespace fencepost {

// Failures show rows in full.
void PrintTo(const WorkerRow& row, std::ostream* out);
void PrintTo(const ControlPlaneRow& row, std::ostream* out);
void PrintTo(const SessionRow& row, std::ostream* out);
void PrintTo(TransitionOutcome outcome, std::ostream* out);
void PrintTo(ClaimOutcome outcome, std::ostream* out);
void PrintTo(WorkerState state, std::ostream* out);

}  // namespace fencepost
