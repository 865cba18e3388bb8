// One control plane on the inline runtime, the reference store and the simulated platform.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/plane/janitor.h"
#include "core/plane/reconciler.h"
#include "sim/world/reference_store.h"
#include "sim/world/sim_pods.h"
#include "sim/world/sim_secrets.h"
#include "tests/core/choreography/scripted_runtime.h"

namespace fencepost {

// Keeps what a test asks about.
class EventLog : public EventObserver {
 public:
  std::vector<TransitionOutcome> told;
  std::vector<std::string> noted;
  std::vector<std::string> names;
  int commits = 0;
  int pods_deleted = 0;

  void On(const Event& event) override {
    names.emplace_back(EventName(event.body));
    if (const auto* e = std::get_if<TransitionTold>(&event.body)) told.push_back(e->outcome);
    if (const auto* e = std::get_if<Noted>(&event.body)) noted.emplace_back(e->what);
    if (std::get_if<RowCommitted>(&event.body) != nullptr) ++commits;
    if (std::get_if<PodDeleted>(&event.body) != nullptr) ++pods_deleted;
  }
};

class Rig : public testing::Test {
 protected:
  Rig() : store([this] { return store_now; }, &log), pods(engine, log), secrets(engine, log) {
    EXPECT_TRUE(store.RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
    pods.set_start_time(sim::VirtualDuration(0));  // no time passes outside of an execution
    lifecycle = WorkerLifecycle::Create(Parts()).value();
  }

  LifecycleParts Parts() {
    return {.cp = CpId("cp-1"),
            .boot = BootId{1},
            .runtime = &runtime,
            .store = &store,
            .pods = &pods,
            .secrets = &secrets,
            .observer = &log,
            .config = &config};
  }

  static SessionId IdOf(const std::string& token) { return {Org("org-a"), SessionToken(token)}; }
  // The session as its present holder holds it; with a holder of the test when there is none.
  SessionHandle Session(const std::string& token) {
    const auto row = store.FindSession(IdOf(token)).value();
    return {IdOf(token), row.has_value() ? row->holder : OperationId{BootId{99}, 1}};
  }

  // Another control plane's lifecycle, on the same everything.
  std::unique_ptr<WorkerLifecycle> Other(const std::string& name, std::uint64_t boot) {
    EXPECT_TRUE(store.RegisterControlPlane(CpId(name), BootId{boot}).ok());
    LifecycleParts parts = Parts();
    parts.cp = CpId(name);
    parts.boot = BootId{boot};
    return WorkerLifecycle::Create(parts).value();
  }

  WorkerLease Spawning() { return *lifecycle->CreateOrgSlot(Org("org-a"), Image("image-1")).lease; }
  WorkerLease Hot() {
    const WorkerLease lease = Spawning();
    const PodInfo pod = pods.CreatePod({.worker = lease.worker(),
                                        .name = PodNameOf(lease.worker()),
                                        .image = Image("image-1"),
                                        .secret = SecretNameOf(lease.worker())})
                            .value();
    EXPECT_TRUE(secrets.CreateSecret(lease.worker(), SecretNameOf(lease.worker())).ok());
    EXPECT_TRUE(lifecycle->PublishReserved(lease, pod.uid).landed());
    EXPECT_TRUE(lifecycle->BeginActivation(lease).landed());
    EXPECT_TRUE(lifecycle->FinishActivation(lease, store_now + absl::Hours(1)).landed());
    return lease;
  }
  // One pass of a janitor that works through `lifecycle`.
  absl::Status RunJanitor(WorkerLifecycle& lifecycle) {
    return Janitor(runtime, config, events, store, pods, secrets, lifecycle).RunOnce();
  }
  // The steps of a janitor that look at the platform, for as long as it leads.
  absl::Status ReconcileRigPods() {
    return ReconcilePods(runtime, config, events, store, pods, *lifecycle, [] { return true; });
  }
  absl::Status ReconcileRigSecrets() {
    return ReconcileSecrets(runtime, config, events, store, secrets, *lifecycle,
                            [] { return true; });
  }
  WorkerSnapshot Look(WorkerId worker) { return *store.Observe(worker).value(); }
  WorkerState StateOf(WorkerId worker) { return Look(worker).row().state; }

  absl::Time store_now = absl::FromUnixSeconds(1'700'000'000);
  EventLog log;
  Config config;
  ScriptedRuntime runtime;
  EventSender events{CpId("cp-1"), runtime, log};
  sim::Engine engine;
  sim::ReferenceStore store;
  sim::SimPods pods;
  sim::SimSecrets secrets;
  std::unique_ptr<WorkerLifecycle> lifecycle;
};

}  // namespace fencepost
