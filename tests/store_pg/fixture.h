// A store on a database of its own, and control planes that use it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store_pg/pg_store.h"
#include "tests/store_contract/control_plane.h"
#include "tests/store_pg/database.h"
#include "tests/store_pg/session.h"

namespace fencepost::store_pg_test {

using store_contract::ControlPlane;

inline const Image kImage("image-1");
inline const Org kOrg("org-a");
inline SessionHandle Held(const std::string& token) {
  return {{kOrg, SessionToken(token)}, {BootId{88}, 1}};
}

class PgTest : public testing::Test {
 protected:
  PgTest() { store_ = Connect(database_.Options()); }

  static std::unique_ptr<PgStore> Connect(const PgOptions& options) {
    absl::StatusOr<std::unique_ptr<PgStore>> store = PgStore::Connect(options);
    if (!store.ok()) throw std::runtime_error(std::string(store.status().message()));
    return *std::move(store);
  }

  // A registered control plane, for one thread.
  std::unique_ptr<ControlPlane> Start(const std::string& name) { return Start(name, *store_); }
  std::unique_ptr<ControlPlane> Start(const std::string& name, PgStore& store) {
    auto cp = std::make_unique<ControlPlane>(store, name, ++last_boot_);
    EXPECT_TRUE(store.RegisterControlPlane(cp->id(), cp->boot()).ok());
    return cp;
  }

  WorkerLease Reserved(ControlPlane& cp, const Org& org = kOrg) {
    const WorkerLease lease = *cp->CreateOrgSlot(org, kImage).lease;
    EXPECT_TRUE(cp->PublishReserved(lease, PodUid("uid")).landed());
    return lease;
  }
  WorkerLease Hot(ControlPlane& cp, const Org& org = kOrg) {
    const WorkerLease lease = Reserved(cp, org);
    EXPECT_TRUE(cp->BeginActivation(lease).landed());
    EXPECT_TRUE(cp->FinishActivation(lease, absl::UnixEpoch()).landed());
    return lease;
  }
  WorkerLease Idle(ControlPlane& cp) {
    const WorkerLease lease = *cp->CreateWarmSlot(kImage, 1'000'000).lease;
    EXPECT_TRUE(cp->PublishIdle(lease, PodUid("uid")).landed());
    return lease;
  }
  WorkerRow RowOf(WorkerId worker) { return store_->Observe(worker).value().value().row(); }
  WorkerRow RowOf(const WorkerLease& lease) { return RowOf(lease.worker()); }

  OperationId NextOperation() { return {BootId{999}, ++last_operation_}; }
  CreateRequest Slot(const ControlPlane& cp, const Org& org, std::int64_t org_cap) {
    CreateRequest request{.id = NextOperation(), .owner = cp.id(), .image = kImage, .org = org};
    request.caps.per_org = org_cap;
    return request;
  }
  ClaimRequest Claim(const ControlPlane& cp, const Org& org = kOrg) {
    return {.id = NextOperation(), .new_owner = cp.id(), .org = org, .image = kImage};
  }

  Database database_;
  std::unique_ptr<PgStore> store_;

 private:
  std::uint64_t last_boot_ = 0;
  std::uint64_t last_operation_ = 0;
};

}  // namespace fencepost::store_pg_test
