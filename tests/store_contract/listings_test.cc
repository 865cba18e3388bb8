// Listings: what is in them, in which order, how many; and what retention removes.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;
using enum WorkerState;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kGrace = absl::Seconds(30);
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

TEST_P(StoreContract, ObservingAWorkerThatIsNotThereShowsNothing) {
  for (const std::int64_t id : {-1, 0, 1}) {
    const auto seen = store.Observe(WorkerId{id});
    ASSERT_TRUE(seen.ok());
    EXPECT_FALSE(seen->has_value());
  }
}

TEST_P(StoreContract, ManyWorkersAreObservedInOneCall) {
  ControlPlane& cp = Start("cp-1");
  for (const WorkerState state : kAllWorkerStates) MakeWorker(cp, state);  // 1 to 9
  const auto seen = store.ObserveAll(
      {WorkerId{9}, WorkerId{77}, WorkerId{2}, WorkerId{9}, WorkerId{-3}, WorkerId{5}});
  ASSERT_TRUE(seen.ok());
  EXPECT_THAT(Ids(*seen), ElementsAre(2, 5, 9));
  for (const WorkerSnapshot& worker : *seen) {
    EXPECT_EQ(worker.row(), store.Observe(worker.row().worker_id).value()->row());
  }
  EXPECT_THAT(store.ObserveAll({}).value(), IsEmpty());
}

TEST_P(StoreContract, AnOwnersActiveWorkersAreListedWithTheirLeases) {
  ControlPlane& cp = Start("cp-1");
  ControlPlane& other = Start("cp-2");
  for (const WorkerState state : kAllWorkerStates) MakeWorker(cp, state);
  MakeWorker(other, kHot);
  const WorkerLease hot = *cp->RefreshLease(store.ListOwned(cp.id())->at(4).lease).lease;
  const auto owned = store.ListOwned(cp.id());
  EXPECT_THAT(Ids(*owned), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  for (const OwnedWorker& worker : *owned) {
    EXPECT_EQ(worker.row.row(), RowOf(worker.lease));
    EXPECT_EQ(worker.lease.owner(), cp.id());
  }
  EXPECT_EQ(owned->at(4).lease, hot);
  EXPECT_THAT(store.ListOwned(CpId("nobody")).value(), IsEmpty());
}

TEST_P(StoreContract, OrphansAreTheActiveWorkersOfOwnersThatAreGone) {
  ControlPlane& gone = Start("cp-gone");
  ControlPlane& alive = Start("cp-alive");
  ControlPlane& draining = Start("cp-draining");
  MakeWorker(alive, kHot);                                                   // 1
  for (const WorkerState state : kAllWorkerStates) MakeWorker(gone, state);  // 2 to 10
  MakeWorker(draining, kHot);                                                // 11
  const WorkerLease with_session = MakeWorker(gone, kHot);                   // 12
  ASSERT_EQ(store.OpenSession(Held("s"), with_session, absl::Hours(1))->outcome, kTransitioned);
  ASSERT_TRUE(store.BeginDrain(draining.id()).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(gone.id()).ok());
  Advance(kGrace - kTick);
  EXPECT_THAT(store.ListOrphans(kGrace, kNoLimit).value(), IsEmpty());
  Advance(kTick);
  EXPECT_THAT(Ids(*store.ListOrphans(kGrace, kNoLimit)), ElementsAre(2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(Ids(*store.ListOrphans(kGrace, 3)), ElementsAre(2, 3, 4));
  ASSERT_EQ(store.CloseSession(Held("s"))->outcome, kTransitioned);
  EXPECT_THAT(Ids(*store.ListOrphans(kGrace, 8)), ElementsAre(2, 3, 4, 5, 6, 7, 8, 12));
}

TEST_P(StoreContract, OrphansOfSeveralOwnersAreListedInTheOrderOfWorkers) {
  ControlPlane& z = Start("cp-z");
  ControlPlane& a = Start("cp-a");
  for (int i = 0; i < 3; ++i) {
    MakeWorker(z, kHot);
    MakeWorker(a, kHotIdle);
  }
  ASSERT_TRUE(store.DeregisterControlPlane(z.id()).ok());
  ASSERT_TRUE(store.DeregisterControlPlane(a.id()).ok());
  EXPECT_THAT(Ids(*store.ListOrphans(absl::ZeroDuration(), 4)), ElementsAre(1, 2, 3, 4));
}

TEST_P(StoreContract, ALimitCountsOrphansThatAreListedNotThoseThatAreProtected) {
  ControlPlane& gone = Start("cp-gone");
  for (int i = 0; i < 4; ++i) {
    const WorkerLease lease = MakeWorker(gone, kHot);
    if (i == 3) break;
    ASSERT_EQ(store.OpenSession(Held(std::to_string(i)), lease, absl::Hours(1))->outcome,
              kTransitioned);
  }
  ASSERT_TRUE(store.DeregisterControlPlane(gone.id()).ok());
  EXPECT_THAT(Ids(*store.ListOrphans(absl::ZeroDuration(), 1)), ElementsAre(4));
}

TEST_P(StoreContract, WorkersAreListedByTheAgeOfTheirStateTheLongestFirst) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease first = MakeWorker(cp, kHot);   // parked last
  const WorkerLease second = MakeWorker(cp, kHot);  // parked first
  const WorkerLease third = MakeWorker(cp, kHot);   // with the first
  ASSERT_TRUE(cp->Park(second).landed());
  Advance(absl::Seconds(10));
  ASSERT_TRUE(cp->Park(third).landed());
  ASSERT_TRUE(cp->Park(first).landed());
  Advance(absl::Seconds(5));
  // Neither a fresh lease nor fresh credentials make a parked worker any younger.
  const WorkerLease refreshed = *cp->RefreshLease(second).lease;
  ASSERT_TRUE(cp->StampCredentials(refreshed, now + absl::Hours(1)).landed());

  const auto listed = [this](absl::Duration age, std::int64_t limit) {
    return Ids(*store.ListByStateAge(kHotIdle, age, limit));
  };
  EXPECT_THAT(listed(absl::ZeroDuration(), kNoLimit), ElementsAre(2, 1, 3));
  EXPECT_THAT(listed(absl::ZeroDuration(), 2), ElementsAre(2, 1));
  EXPECT_THAT(listed(absl::Seconds(5) + kTick, kNoLimit), ElementsAre(2));
  EXPECT_THAT(listed(absl::Seconds(15), kNoLimit), ElementsAre(2));
  EXPECT_THAT(listed(absl::Seconds(15) + kTick, kNoLimit), IsEmpty());
  EXPECT_THAT(listed(absl::InfiniteDuration(), kNoLimit), IsEmpty());
  EXPECT_THAT(store.ListByStateAge(kHot, absl::ZeroDuration(), kNoLimit).value(), IsEmpty());
}

TEST_P(StoreContract, EveryStateCanBeListedByAge) {
  ControlPlane& cp = Start("cp-1");
  for (const WorkerState state : kAllWorkerStates) {
    const WorkerLease lease = MakeWorker(cp, state);
    EXPECT_THAT(Ids(*store.ListByStateAge(state, absl::ZeroDuration(), kNoLimit)),
                ElementsAre(Number(lease.worker())))
        << StateName(state);
  }
}

TEST_P(StoreContract, IdleWorkersOfUnwantedImagesAreListed) {
  ControlPlane& cp = Start("cp-1");
  MakeUnboundIdle(cp, "old");                  // 1
  MakeUnboundIdle(cp, "new");                  // 2
  MakeWorker(cp, kHotIdle, "org-a", "older");  // 3
  MakeWorker(cp, kIdle, "org-a", "old");       // 4
  for (const WorkerState state : {kSpawning, kReserved, kActivating, kHot, kDraining, kRetired}) {
    MakeWorker(cp, state, "org-a", "old");
  }
  MakeWorker(cp, kHotIdle, "org-a", "new");
  const auto listed = [this](std::vector<Image> wanted, std::int64_t limit) {
    return Ids(*store.ListOtherImages(wanted, limit));
  };
  EXPECT_THAT(listed({Image("new")}, kNoLimit), ElementsAre(1, 3, 4));
  EXPECT_THAT(listed({Image("new")}, 2), ElementsAre(1, 3));
  EXPECT_THAT(listed({Image("new"), Image("old")}, kNoLimit), ElementsAre(3));
  EXPECT_THAT(listed({}, kNoLimit), ElementsAre(1, 2, 3, 4, 11));
  EXPECT_THAT(listed({Image("old"), Image("o\"l,d{}\\"), Image("older"), Image("new")}, kNoLimit),
              IsEmpty());
}

TEST_P(StoreContract, NamesAreKeptAsTheyAre) {
  ControlPlane& cp = Start("cp '1'; DROP TABLE worker; --");
  const std::string odd = "ä\"quoted\" 'text' \\ % _ {a,b} \n\t$1 ?";
  const WorkerLease lease = MakeWorker(cp, kHotIdle, odd, odd + "image");
  EXPECT_EQ(RowOf(lease).org, Org(odd));
  EXPECT_EQ(RowOf(lease).image, Image(odd + "image"));
  EXPECT_THAT(Ids(*store.ListOtherImages({Image("other")}, kNoLimit)), ElementsAre(1));
  EXPECT_THAT(store.ListOtherImages({Image(odd + "image")}, kNoLimit).value(), IsEmpty());
  EXPECT_TRUE(cp->RetireIdleVariant(Look(lease), odd).landed());
  EXPECT_EQ(RowOf(lease).retire_reason, odd);
}

// ---- Retention ---------------------------------------------------------------------------------

TEST_P(StoreContract, OnlyWorkersLongDeadAreForgottenWithTheirSessions) {
  ControlPlane& cp = Start("cp-1");
  for (const WorkerState state : kAllWorkerStates) MakeWorker(cp, state);
  const WorkerLease doomed = MakeWorker(cp, kHot);  // 10
  const WorkerLease spared = MakeWorker(cp, kHot);  // 11
  ASSERT_EQ(store.OpenSession(Held("d"), doomed, absl::Hours(9))->outcome, kTransitioned);
  ASSERT_EQ(store.OpenSession(Held("s"), spared, absl::Hours(9))->outcome, kTransitioned);
  ASSERT_TRUE(cp->MarkLost(doomed, "").landed());
  Advance(absl::Hours(1) - kTick);
  EXPECT_EQ(store.ForgetWorkers(absl::Hours(1), kNoLimit).value(), 0);
  Advance(kTick);
  EXPECT_EQ(store.ForgetWorkers(absl::Hours(1), kNoLimit).value(), 3);
  for (const std::int64_t id : {8, 9, 10}) {
    EXPECT_FALSE(store.Observe(WorkerId{id})->has_value()) << id;
  }
  EXPECT_EQ(store.ListOwned(cp.id())->size(), 8U);
  EXPECT_FALSE(store.FindSession(Held("d").id)->has_value());
  EXPECT_TRUE(store.FindSession(Held("s").id)->has_value());
}

TEST_P(StoreContract, TheLongestDeadAreForgottenFirst) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease late = MakeWorker(cp, kHot);
  MakeWorker(cp, kLost);
  Advance(absl::Seconds(1));
  MakeWorker(cp, kRetired);
  Advance(absl::Seconds(1));
  ASSERT_TRUE(cp->MarkLost(late, "").landed());
  const auto left = [this] {
    std::vector<std::int64_t> ids;
    for (std::int64_t id = 1; id <= 3; ++id) {
      if (store.Observe(WorkerId{id})->has_value()) ids.push_back(id);
    }
    return ids;
  };
  EXPECT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 1).value(), 1);
  EXPECT_THAT(left(), ElementsAre(1, 3));
  EXPECT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 1).value(), 1);
  EXPECT_THAT(left(), ElementsAre(1));
}

}  // namespace
}  // namespace fencepost::store_contract
