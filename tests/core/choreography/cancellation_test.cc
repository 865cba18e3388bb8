// A process may stop at any of its runtime calls. Each choreography is stopped at every single
// one: it returns, nobody is told of what nobody knows, no pod has died unfenced, and another
// control plane can finish what is left.

#include <gmock/gmock.h>

#include "core/lifecycle/parallel.h"
#include "core/plane/credential_refresher.h"
#include "core/plane/orphan_sweep.h"
#include "core/plane/reconciler.h"
#include "core/plane/shutdown.h"
#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

// The rig is protected in its test: this one hands it out.
class StoppedRig : public Rig {
 public:
  using Rig::config;
  using Rig::events;
  using Rig::Hot;
  using Rig::lifecycle;
  using Rig::log;
  using Rig::Look;
  using Rig::pods;
  using Rig::ReconcileRigPods;
  using Rig::ReconcileRigSecrets;
  using Rig::RunJanitor;
  using Rig::runtime;
  using Rig::secrets;
  using Rig::Spawning;
  using Rig::StateOf;
  using Rig::store;
  using Rig::store_now;
  void TestBody() override {}

  // Dead pods' workers are dead in the store.
  void ExpectFenced() {
    for (const WorkerRow& row : store.workers()) {
      const auto pod = pods.FindPod(row.pod_name);
      const bool gone = pod.ok() && (!pod->has_value() || (*pod)->phase == PodPhase::kTerminating);
      if (gone && !row.pod_uid.empty()) {
        EXPECT_TRUE(kFencedStates.Has(row.state)) << row.pod_name.text();
      }
    }
  }
  // What another control plane's janitor makes of it once this one has expired.
  void ExpectFinishedByAnother() {
    runtime.stop_after.reset();
    runtime.cancelled = false;
    runtime.keep_spawned = false;
    const std::unique_ptr<WorkerLifecycle> other = Other("cp-9", 9);
    EXPECT_TRUE(store.DeregisterControlPlane(CpId("cp-1")).ok());
    store_now += config.orphan_grace + absl::Hours(2);
    EXPECT_TRUE(store.Heartbeat(CpId("cp-9"), config.orphan_grace).ok());
    EXPECT_TRUE(RunJanitor(*other).ok());
    for (const WorkerRow& row : store.workers()) {
      EXPECT_TRUE(IsTerminal(row.state)) << StateName(row.state);
    }
    ExpectFenced();
    const std::vector<PodInfo> left = pods.ListPods().value();
    for (const PodInfo& pod : left) EXPECT_EQ(pod.phase, PodPhase::kTerminating);
    EXPECT_THAT(*secrets.ListSecrets(), testing::IsEmpty());
  }
};

// Stops `choreography` after 0, 1, 2, … runtime calls, each time in a world of its own, until it
// comes through. Returns how many calls it makes.
int StopEverywhere(const std::function<absl::Status(StoppedRig&)>& choreography) {
  constexpr int kMoreThanAny = 200;
  for (int n = 0;; ++n) {
    SCOPED_TRACE(n);
    StoppedRig rig;
    rig.runtime.stop_after = n;
    const absl::Status status = choreography(rig);
    const bool stopped = rig.runtime.cancelled;
    EXPECT_EQ(absl::IsCancelled(status), stopped) << status;
    rig.ExpectFenced();
    rig.ExpectFinishedByAnother();
    if (!stopped || testing::Test::HasFailure() || n == kMoreThanAny) return n;
  }
}

// Sets the stage with the runtime as if it were never stopped.
void Stage(StoppedRig& rig, const std::function<void()>& stage) {
  const std::optional<int> stop_after = rig.runtime.stop_after;
  rig.runtime.stop_after.reset();
  stage();
  rig.runtime.stop_after = stop_after;
}

TEST(Stopped, Shutdown) {
  const int calls = StopEverywhere([](StoppedRig& rig) {
    OwnedWorkers owned(rig.runtime);
    CredentialRefresher refresher(rig.runtime, rig.config, rig.events, rig.secrets, rig.pods,
                                  *rig.lifecycle, owned);
    Stage(rig, [&] {
      rig.config.shutdown_parallelism = 2;
      for (int i = 0; i < 2; ++i) {
        const WorkerLease lease = rig.Hot();
        owned.Adopt(lease, rig.Look(lease.worker()).row());
      }
      rig.Hot();  // owned, and not in memory
      const WorkerLease drained = rig.Hot();
      ASSERT_TRUE(rig.lifecycle->Drain(drained, SessionRule::kIgnoreSessions, "").landed());
    });
    return Shutdown(CpId("cp-1"), rig.runtime, rig.config, rig.events, rig.store, *rig.lifecycle,
                    owned, refresher)
        .EndAll()
        .status();
  });
  // Two from memory and one from the listing: drain, pod, secret, retire each; the helpers that
  // are joined; the listing; the drained one: retire, pod, secret.
  EXPECT_GE(calls, 3 * 4 + 1 + 3);
}

TEST(Stopped, RefreshAndItsStop) {
  const int calls = StopEverywhere([](StoppedRig& rig) -> absl::Status {
    OwnedWorkers owned(rig.runtime);
    CredentialRefresher refresher(rig.runtime, rig.config, rig.events, rig.secrets, rig.pods,
                                  *rig.lifecycle, owned);
    ManagedWorkerPtr worker;
    Stage(rig, [&] {
      const WorkerLease lease = rig.Hot();
      worker = owned.Adopt(lease, rig.Look(lease.worker()).row());
    });
    refresher.Refresh(worker);
    return rig.runtime.cancelled ? absl::CancelledError() : refresher.Stop();
  });
  EXPECT_EQ(calls, 4);  // refresh the lease, issue, update, stamp
}

TEST(Stopped, AFailingCleanup) {
  const int calls = StopEverywhere([](StoppedRig& rig) {
    std::optional<Fence> fence;
    Stage(rig, [&] {
      TransitionResult lost = rig.lifecycle->MarkLost(rig.Hot(), "");
      fence = std::move(lost.fence);
      rig.runtime.script["delete_pod"] = {Fate::kNotApplied};
      rig.runtime.script["delete_secret"] = {Fate::kReplyLost};
    });
    return rig.lifecycle->CleanUp(*fence);
  });
  EXPECT_EQ(calls, 6);  // pod, sleep, pod; secret, sleep, secret
}

TEST(Stopped, ScheduledCleanups) {
  StopEverywhere([](StoppedRig& rig) {
    Stage(rig, [&] {
      rig.runtime.keep_spawned = true;
      rig.config.cleanup_parallelism = 1;
      for (int i = 0; i < 2; ++i) {
        const WorkerSnapshot seen = rig.Look(rig.Hot().worker());
        ASSERT_TRUE(rig.lifecycle->RetireFromSnapshot(seen, WorkerState::kRetired, "").landed());
      }
    });
    rig.runtime.on_wait = [&rig] {
      for (const auto& body : std::exchange(rig.runtime.spawned, {})) body();
    };
    return rig.lifecycle->AwaitCleanups();
  });
}

TEST(Stopped, Janitor) {
  const int calls = StopEverywhere([](StoppedRig& rig) {
    Stage(rig, [&] {
      rig.config.warm_target[Image("image-2")] = 0;
      rig.Spawning();
      EXPECT_TRUE(rig.lifecycle->Park(rig.Hot()).landed());
      EXPECT_TRUE(rig.lifecycle->Park(rig.Hot()).landed());
      EXPECT_TRUE(rig.lifecycle->Drain(rig.Hot(), SessionRule::kIgnoreSessions, "").landed());
      EXPECT_TRUE(rig.lifecycle->MarkLost(rig.Hot(), "").landed());
      rig.store_now += rig.config.overdue_drain;
      EXPECT_TRUE(rig.store.Heartbeat(CpId("cp-1"), absl::InfiniteDuration()).ok());
    });
    return rig.RunJanitor(*rig.lifecycle);
  });
  EXPECT_GE(calls, 15);
}

TEST(Stopped, JanitorWithOrphans) {
  StopEverywhere([](StoppedRig& rig) {
    Stage(rig, [&] {
      rig.runtime.keep_spawned = true;  // the sweep does not wait for its cleanups
      rig.Hot();
      rig.Hot();
      EXPECT_TRUE(rig.store.DeregisterControlPlane(CpId("cp-1")).ok());
      rig.store_now += rig.config.orphan_grace;
    });
    return SweepOrphans(rig.runtime, rig.config, rig.store, *rig.lifecycle).status();
  });
}

TEST(Stopped, Reconcilers) {
  const int calls = StopEverywhere([](StoppedRig& rig) {
    Stage(rig, [&] {
      EXPECT_TRUE(rig.lifecycle->MarkLost(rig.Hot(), "").landed());
      const WorkerLease podless = rig.Spawning();
      const SecretName name = SecretNameOf(podless.worker());
      EXPECT_TRUE(rig.secrets.CreateSecret(podless.worker(), name).ok());
      EXPECT_TRUE(rig.lifecycle->MarkLost(podless, "").landed());
    });
    const absl::Status pods = rig.ReconcileRigPods();
    if (!pods.ok()) return pods;
    return rig.ReconcileRigSecrets();
  });
  EXPECT_EQ(calls, 10);  // each: list, observe all, observe one, delete pod, delete secret
}

TEST(Stopped, SettlingOfATransitionAndOfAClaim) {
  StopEverywhere([](StoppedRig& rig) {
    std::optional<WorkerLease> lease;
    Stage(rig, [&] {
      lease = rig.Hot();
      rig.runtime.script["park"] = {Fate::kReplyLost, Fate::kLostUnapplied, Fate::kReplyLost};
      rig.runtime.script["create_org_slot"] = {Fate::kReplyLost};
      rig.runtime.script["find_claim"] = {Fate::kNotApplied, Fate::kReplyLost};
    });
    const TransitionResult parked = rig.lifecycle->Park(*lease);
    if (!parked.landed()) return parked.error;
    EXPECT_FALSE(rig.runtime.cancelled);
    return rig.lifecycle->CreateOrgSlot(Org("org-b"), Image("image-1")).error;
  });
}

// Nobody is told what became of a transition that cancellation cut off.
TEST(Stopped, NothingIsToldOfWhatWasCutOff) {
  for (int n = 0; n < 4; ++n) {
    StoppedRig rig;
    const WorkerLease lease = rig.Hot();
    rig.runtime.script["park"] = {Fate::kReplyLost, Fate::kReplyLost};
    const std::size_t told = rig.log.told.size();
    rig.runtime.stop_after = n;
    const TransitionResult parked = rig.lifecycle->Park(lease);
    EXPECT_TRUE(absl::IsCancelled(parked.error));
    EXPECT_EQ(rig.log.told.size(), told);
    EXPECT_FALSE(parked.row.has_value());
  }
}

TEST(Stopped, BoundedWorkReturnsAtItsNextCall) {
  ScriptedRuntime runtime;
  runtime.keep_spawned = true;  // the helpers never come to run
  runtime.stop_after = 0;
  int done = 0;
  const absl::Status status =
      ForEachBounded(runtime, "work", 5, 3, [&done](std::size_t) { ++done; });
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(runtime.spawned.size(), 2U);
  for (const auto& late : runtime.spawned) late();  // refers to nothing of the caller's
  EXPECT_EQ(done, 5);
}

}  // namespace
}  // namespace fencepost
