#include "tests/store_contract/store_contract.h"

#include "tests/store_contract/describe.h"

namespace fencepost::store_contract {

StoreContract::StoreContract(EventObserver* observer)
    : store_holder(GetParam().make([this] { return now; }, observer)), store(*store_holder) {}

ControlPlane& StoreContract::Start(const std::string& name) {
  const std::uint64_t boot = control_planes_.size() + 1;
  control_planes_.push_back(std::make_unique<ControlPlane>(store, name, boot));
  EXPECT_TRUE(store.RegisterControlPlane(CpId(name), BootId{boot}).ok());
  return *control_planes_.back();
}

WorkerLease StoreContract::MakeWorker(ControlPlane& cp, WorkerState state, const std::string& org,
                                      const std::string& image) {
  using enum WorkerState;
  const WorkerLease lease = *cp->CreateOrgSlot(Org(org), Image(image)).lease;
  const PodUid uid("uid-" + std::to_string(Number(lease.worker())));
  if (state == kSpawning) return lease;
  if (state == kIdle) {
    EXPECT_TRUE(cp->PublishIdle(lease, uid).landed());
    return lease;
  }
  EXPECT_TRUE(cp->PublishReserved(lease, uid).landed());
  if (state == kReserved) return lease;
  EXPECT_TRUE(cp->BeginActivation(lease).landed());
  if (state == kActivating) return lease;
  EXPECT_TRUE(cp->FinishActivation(lease, now + absl::Hours(1)).landed());
  if (state == kHot) return lease;
  if (state == kHotIdle) {
    EXPECT_TRUE(cp->Park(lease).landed());
    return lease;
  }
  if (state == kLost) {
    EXPECT_TRUE(cp->MarkLost(lease, "unhealthy").landed());
    return lease;
  }
  EXPECT_TRUE(cp->Drain(lease, SessionRule::kIgnoreSessions, "shutdown").landed());
  if (state == kDraining) return lease;
  EXPECT_TRUE(cp->RetireDrained(lease, "shutdown").landed());
  return lease;
}

WorkerLease StoreContract::MakeUnboundIdle(ControlPlane& cp, const std::string& image) {
  const ClaimResult slot = cp->CreateWarmSlot(Image(image), 1'000'000);
  EXPECT_TRUE(cp->PublishIdle(*slot.lease, PodUid("uid-warm")).landed());
  return *slot.lease;
}

WorkerSnapshot StoreContract::Look(WorkerId worker) {
  const auto seen = store.Observe(worker);
  EXPECT_TRUE(seen.ok() && seen->has_value()) << "worker " << Number(worker);
  return **seen;
}

ControlPlaneRow StoreContract::RowOf(const ControlPlane& cp) {
  const auto rows = store.ListControlPlanes();
  for (const ControlPlaneRow& row : *rows) {
    if (row.cp_id == cp.id()) return row;
  }
  ADD_FAILURE() << "there is no control plane " << cp.id().text();
  return {};
}

SessionRow StoreContract::RowOf(const SessionHandle& handle) {
  const auto session = store.FindSession(handle.id);
  EXPECT_TRUE(session.ok() && session->has_value()) << handle.id.token.text();
  return **session;
}

CreateRequest StoreContract::Slot(const ControlPlane& cp, const std::string& org) {
  return {.id = NextOperation(),
          .owner = cp.id(),
          .image = Image("image-1"),
          .org = Org(org),
          .caps = {},
          .warm_target = 0};
}

CreateRequest StoreContract::WarmSlot(const ControlPlane& cp, std::int64_t warm_target) {
  CreateRequest request = Slot(cp, "");
  request.warm_target = warm_target;
  return request;
}

ClaimRequest StoreContract::Claim(const ControlPlane& cp, const std::string& org) {
  return {.id = NextOperation(),
          .new_owner = cp.id(),
          .org = Org(org),
          .image = Image("image-1"),
          .caps = {}};
}

std::vector<std::int64_t> Ids(const std::vector<WorkerSnapshot>& workers) {
  std::vector<std::int64_t> ids;
  for (const WorkerSnapshot& worker : workers) ids.push_back(Number(worker.row().worker_id));
  return ids;
}

std::vector<std::int64_t> Ids(const std::vector<OwnedWorker>& workers) {
  std::vector<std::int64_t> ids;
  for (const OwnedWorker& worker : workers) ids.push_back(Number(worker.row.row().worker_id));
  return ids;
}

}  // namespace fencepost::store_contract

namespace fencepost {

void PrintTo(const WorkerRow& row, std::ostream* out) { *out << store_contract::FullText(row); }
void PrintTo(const ControlPlaneRow& row, std::ostream* out) {
  *out << store_contract::FullText(row);
}
void PrintTo(const SessionRow& row, std::ostream* out) { *out << store_contract::FullText(row); }
void PrintTo(TransitionOutcome outcome, std::ostream* out) { *out << OutcomeName(outcome); }
void PrintTo(ClaimOutcome outcome, std::ostream* out) { *out << ClaimOutcomeName(outcome); }
void PrintTo(WorkerState state, std::ostream* out) { *out << StateName(state); }

}  // namespace fencepost
