// Lost replies: whatever is told of a transition is what happened, and it happened at most once.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

using enum TransitionOutcome;

// How often each operation truly took effect.
class Commits : public EventObserver {
 public:
  std::vector<OperationId> ids;
  OperationId attempted;  // the last transition that cp-1 has begun
  OperationId asked;      // the last claim
  void On(const Event& event) override {
    if (const auto* e = std::get_if<RowCommitted>(&event.body)) ids.push_back(e->id);
    if (event.source != "cp-1") return;
    if (const auto* e = std::get_if<TransitionAttempted>(&event.body)) attempted = e->request.id;
    if (const auto* e = std::get_if<ClaimTold>(&event.body)) asked = e->id;
  }
  std::ptrdiff_t CountOf(OperationId id) const { return std::count(ids.begin(), ids.end(), id); }
};

class SettlementTest : public testing::Test {
 protected:
  SettlementTest()
      : store([] { return absl::FromUnixSeconds(1'700'000'000); }, &commits),
        pods(engine, commits),
        secrets(engine, commits) {
    owner = Join("cp-1", 1);
    other = Join("cp-2", 2);
  }

  std::unique_ptr<WorkerLifecycle> Join(const std::string& name, std::uint64_t boot) {
    EXPECT_TRUE(store.RegisterControlPlane(CpId(name), BootId{boot}).ok());
    return WorkerLifecycle::Create({.cp = CpId(name),
                                    .boot = BootId{boot},
                                    .runtime = &runtime,
                                    .store = &store,
                                    .pods = &pods,
                                    .secrets = &secrets,
                                    .observer = &commits,
                                    .config = &config})
        .value();
  }

  // A worker of org-a in `state`, owned by cp-1.
  WorkerLease In(WorkerState state) {
    const WorkerLease lease = *owner->CreateOrgSlot(Org("org-a"), Image("image-1")).lease;
    if (state == WorkerState::kSpawning) return lease;
    if (state == WorkerState::kIdle) {
      EXPECT_TRUE(owner->PublishIdle(lease, PodUid("uid")).landed());
      return lease;
    }
    EXPECT_TRUE(owner->PublishReserved(lease, PodUid("uid")).landed());
    EXPECT_TRUE(owner->BeginActivation(lease).landed());
    EXPECT_TRUE(owner->FinishActivation(lease, absl::InfiniteFuture()).landed());
    if (state == WorkerState::kHot) return lease;
    EXPECT_TRUE(owner->Park(lease).landed());
    return lease;
  }
  // A claim by cp-1 that has its operation id and has not arrived yet.
  ClaimRequest SlowClaim() {
    EXPECT_FALSE(owner->ClaimIdle(Org("nobody"), Image("none")).claimed());
    return {.id = commits.asked,
            .new_owner = CpId("cp-1"),
            .org = Org("org-a"),
            .image = Image("image-1"),
            .caps = {}};
  }
  WorkerSnapshot Look(WorkerId worker) { return *store.Observe(worker).value(); }

  // Before the n-th try (from 1) of the operation at `site`, `happens`.
  void BeforeTry(int n, const std::string& site, std::function<void()> happens) {
    runtime.meanwhile[site] = [this, n, site, happens] {
      if (n == 1) return happens();
      BeforeTry(n - 1, site, happens);
    };
  }

  Commits commits;
  Config config;
  ScriptedRuntime runtime;
  sim::Engine engine;
  sim::ReferenceStore store;
  sim::SimPods pods;
  sim::SimSecrets secrets;
  std::unique_ptr<WorkerLifecycle> owner;
  std::unique_ptr<WorkerLifecycle> other;
};

// A claim has drawn its operation id and is slow. A younger stamp lands and loses its reply; then
// the claim arrives and takes the worker. The row's last operation is older than the stamp, by the
// same process, and yet the stamp has landed.
TEST_F(SettlementTest, AnOlderClaimThatComesLateProvesNothing) {
  const WorkerLease lease = In(WorkerState::kIdle);
  const ClaimRequest slow = SlowClaim();
  runtime.script["stamp_credentials"] = {Fate::kReplyLost};
  BeforeTry(2, "stamp_credentials",
            [&] { ASSERT_EQ(store.ClaimIdle(slow)->lease->worker(), lease.worker()); });
  const TransitionResult stamped = owner->StampCredentials(lease, absl::InfiniteFuture());
  ASSERT_LT(slow.id, commits.attempted);
  ASSERT_EQ(commits.CountOf(commits.attempted), 1);
  EXPECT_EQ(stamped.outcome, kInDoubt);
}

TEST_F(SettlementTest, AnOlderOperationUnderTheSameEpochProvesThatNothingLanded) {
  const WorkerLease lease = In(WorkerState::kHot);
  runtime.script["publish_idle"] = {Fate::kLostUnapplied};
  EXPECT_EQ(owner->PublishIdle(lease, PodUid("x")).outcome, kFenceMissState);
}

// Memory is one refresh behind: the row has moved to the epoch that ours would have brought.
TEST_F(SettlementTest, AStaleRefreshIsToldItsMiss) {
  const WorkerLease lease = In(WorkerState::kHot);
  ASSERT_TRUE(owner->RefreshLease(lease).landed());
  runtime.script["refresh_lease"] = {Fate::kLostUnapplied};
  EXPECT_EQ(owner->RefreshLease(lease).outcome, kFenceMissEpoch);
}

TEST_F(SettlementTest, ARowThatIsGoneSettlesNothing) {
  const WorkerLease lease = In(WorkerState::kHot);
  runtime.script["mark_lost"] = {Fate::kReplyLost};
  BeforeTry(2, "mark_lost",
            [&] { ASSERT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 10).value(), 1); });
  const TransitionResult lost = owner->MarkLost(lease, "");
  EXPECT_EQ(lost.outcome, kInDoubt);
  EXPECT_FALSE(lost.fence.has_value());
}

// Where the operation leads to is absorbing: a row that is somewhere else has never been there.
TEST_F(SettlementTest, ATargetThatNothingLeavesProvesThatNothingLanded) {
  const WorkerLease lease = In(WorkerState::kHot);
  for (const bool to_lost : {true, false}) {
    const std::string site = to_lost ? "mark_lost" : "retire_drained";
    runtime.script[site] = {Fate::kLostUnapplied};
    BeforeTry(2, site, [&] {
      const WorkerSnapshot seen = Look(lease.worker());
      static_cast<void>(other->RetireFromSnapshot(seen, WorkerState::kRetired, "elsewhere"));
    });
    const TransitionResult missed =
        to_lost ? owner->MarkLost(lease, "") : owner->RetireDrained(lease, "");
    EXPECT_EQ(missed.outcome, kFenceMissState) << site;
  }
}

// Random operations by the owner meet random faults and random deeds of others between the tries.
// Told landed: it took effect, once. Told a miss or a store error: it did not. In doubt: at most
// once, and only after a reply was lost.
RC_GTEST_FIXTURE_PROP(SettlementTest, IsTruthfulWhateverIsLostAndWhoeverInterferes, ()) {
  const auto start = *rc::gen::element(WorkerState::kSpawning, WorkerState::kIdle,
                                       WorkerState::kHot, WorkerState::kHotIdle);
  const WorkerLease lease = In(start);
  const WorkerSnapshot seen = Look(lease.worker());
  const ClaimRequest slow = SlowClaim();
  const std::map<std::string, std::function<TransitionResult()>> operations = {
      {"publish_idle", [&] { return owner->PublishIdle(lease, PodUid("x")); }},
      {"park", [&] { return owner->Park(lease); }},
      {"refresh_lease", [&] { return owner->RefreshLease(lease); }},
      {"stamp_credentials", [&] { return owner->StampCredentials(lease, absl::InfinitePast()); }},
      {"drain", [&] { return owner->Drain(lease, SessionRule::kSpareSessions, ""); }},
      {"mark_lost", [&] { return owner->MarkLost(lease, ""); }},
      {"take_over", [&] { return owner->TakeOver(seen); }},
      {"retire_from_snapshot",
       [&] { return owner->RetireFromSnapshot(seen, WorkerState::kRetired, ""); }},
      {"retire_idle_variant", [&] { return owner->RetireIdleVariant(seen, ""); }},
  };
  const auto& [site, run] =
      *std::next(operations.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(operations)));
  RC_TAG(site);

  const std::vector<std::function<void()>> deeds = {
      [&] { static_cast<void>(other->ClaimIdle(Org("org-a"), Image("image-1"))); },
      [&] { static_cast<void>(other->ClaimHotIdle(Org("org-a"), Image())); },
      [&] { static_cast<void>(owner->ClaimHotIdle(Org("org-a"), Image())); },
      [&] {
        static_cast<void>(
            other->RetireFromSnapshot(Look(lease.worker()), WorkerState::kLost, "deed"));
      },
      [&] {
        static_cast<void>(store.OpenSession({{Org("org-a"), SessionToken("s")}, {BootId{99}, 1}},
                                            lease, absl::Seconds(60)));
      },
      [&] { static_cast<void>(store.ForgetWorkers(absl::ZeroDuration(), 10)); },
      [&] { static_cast<void>(store.ClaimIdle(slow)); },
  };
  const auto fates = *rc::gen::container<std::vector<Fate>>(
      rc::gen::element(Fate::kOk, Fate::kNotApplied, Fate::kReplyLost, Fate::kLostUnapplied));
  runtime.script[site] = std::deque<Fate>(fates.begin(), fates.end());
  const int deed_at = *rc::gen::inRange(1, 4);
  const auto deed = *rc::gen::elementOf(deeds);
  BeforeTry(deed_at, site, deed);

  const TransitionResult result = run();
  const std::ptrdiff_t landed = commits.CountOf(commits.attempted);
  RC_ASSERT(landed <= 1);
  if (result.landed()) RC_ASSERT(landed == 1);
  if (IsMiss(result.outcome) || result.outcome == kStoreError) RC_ASSERT(landed == 0);
  RC_CLASSIFY(result.outcome == kInDoubt, "in doubt");
  RC_CLASSIFY(IsMiss(result.outcome), "miss");
}

}  // namespace
}  // namespace fencepost
