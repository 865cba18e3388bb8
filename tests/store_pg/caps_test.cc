// Caps are exact whoever asks at the same time, and an org's claim waits for no other org's.

#include <atomic>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

constexpr int kThreads = 8;
constexpr int kCallsEach = 25;

class CapsTest : public PgTest {
 protected:
  // Runs `call` in every thread, each with a control plane of its own.
  template <class Call>
  void InThreads(Call call) {
    std::vector<std::unique_ptr<ControlPlane>> cps;
    for (int i = 0; i < kThreads; ++i) cps.push_back(Start("cp-" + std::to_string(i)));
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { call(i, *cps[i]); });
    for (std::thread& thread : threads) thread.join();
  }
  static OperationId Id(int thread, int call) {
    return {BootId{static_cast<std::uint64_t>(5000 + thread)},
            static_cast<std::uint64_t>(call + 1)};
  }
  std::string Active(const std::string& where) {
    return database_.Value("SELECT count(*) FROM fencepost.workers WHERE state <> 'retired' AND " +
                           where);
  }
};

TEST_F(CapsTest, AnOrgNeverHasMoreThanItsCap) {
  std::atomic<int> created = 0;
  InThreads([&](int thread, ControlPlane& cp) {
    for (int call = 0; call < kCallsEach; ++call) {
      CreateRequest request{.id = Id(thread, call), .owner = cp.id(), .image = kImage, .org = kOrg};
      request.caps.per_org = 7;
      created += store_->CreateSlot(request)->outcome == ClaimOutcome::kClaimed ? 1 : 0;
    }
  });
  EXPECT_EQ(created, 7);
  EXPECT_EQ(Active("org = 'org-a'"), "7");
}

TEST_F(CapsTest, TheFleetNeverHasMoreThanTheGlobalCap) {
  std::atomic<int> created = 0;
  InThreads([&](int thread, ControlPlane& cp) {
    for (int call = 0; call < kCallsEach; ++call) {
      const Org org(call % 2 == 0 ? "" : "org-" + std::to_string(thread));
      CreateRequest request{.id = Id(thread, call), .owner = cp.id(), .image = kImage, .org = org};
      request.caps.global = 11;
      request.warm_target = std::numeric_limits<std::int64_t>::max();
      created += store_->CreateSlot(request)->outcome == ClaimOutcome::kClaimed ? 1 : 0;
    }
  });
  EXPECT_EQ(created, 11);
  EXPECT_EQ(Active("true"), "11");
}

TEST_F(CapsTest, EveryoneFillsTheWarmTargetTogether) {
  InThreads([&](int thread, ControlPlane& cp) {
    for (int call = 0; call < kCallsEach; ++call) {
      CreateRequest request{.id = Id(thread, call), .owner = cp.id(), .image = kImage, .org = {}};
      request.warm_target = 5;
      EXPECT_TRUE(store_->CreateSlot(request).ok());
    }
  });
  EXPECT_EQ(Active("true"), "5");
}

TEST_F(CapsTest, ClaimsCountTowardsTheOrgsCapAndNoWorkerIsClaimedTwice) {
  auto warm = Start("warm");
  for (int i = 0; i < 40; ++i) Idle(*warm);
  std::mutex mutex;
  std::set<WorkerId> claimed;
  InThreads([&](int thread, ControlPlane& cp) {
    for (int call = 0; call < kCallsEach; ++call) {
      const Org org("org-" + std::to_string(thread % 2));
      ClaimRequest request{
          .id = Id(thread, call), .new_owner = cp.id(), .org = org, .image = kImage};
      request.caps.per_org = 9;
      const auto reply = store_->ClaimIdle(request).value();
      if (reply.outcome != ClaimOutcome::kClaimed) continue;
      const std::lock_guard lock(mutex);
      EXPECT_TRUE(claimed.insert(reply.lease->worker()).second);
    }
  });
  EXPECT_EQ(claimed.size(), 18U);
  EXPECT_EQ(Active("org = 'org-0'"), "9");
  EXPECT_EQ(Active("org = 'org-1'"), "9");
}

TEST_F(CapsTest, ACreateSeesTheOneThatHasJustTakenTheLastPlace) {
  auto cp = Start("cp-1");
  Session other(database_);
  other.Begin("SELECT fencepost.create_slot('cp-1', 'image-1', 'org-a', 5, 5, 1, 1000, 0)");
  auto created = UntilItWaits(
      database_, [&] { return store_->CreateSlot(Slot(*cp, kOrg, 1)).value().outcome; });
  other.Commit();
  EXPECT_EQ(created.get(), ClaimOutcome::kOrgCap);
}

TEST_F(CapsTest, APlaceThatWasGivenUpAgainIsFree) {
  auto cp = Start("cp-1");
  Session other(database_);
  other.Begin("SELECT fencepost.create_slot('cp-1', 'image-1', 'org-a', 5, 5, 1, 1000, 0)");
  auto created = UntilItWaits(
      database_, [&] { return store_->CreateSlot(Slot(*cp, kOrg, 1)).value().outcome; });
  other.Rollback();
  EXPECT_EQ(created.get(), ClaimOutcome::kClaimed);
}

// Were it to wait, the lock timeout would turn the claim into an error.
TEST_F(CapsTest, AnOrgsClaimWaitsForNoOtherOrgs) {
  auto cp = Start("cp-1");
  Idle(*cp);
  Idle(*cp);
  Session other(database_);
  other.Begin("SELECT fencepost.claim_idle('cp-1', 'org-a', 'image-1', 5, 5, 1)");
  ClaimRequest request = Claim(*cp, Org("org-b"));
  request.caps.per_org = 1;
  EXPECT_EQ(store_->ClaimIdle(request).value().outcome, ClaimOutcome::kClaimed);
}

}  // namespace
}  // namespace fencepost::store_pg_test
