// How a world is set up: control planes, and workers in the states that a story begins with.
// Nothing goes wrong in here.

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "sim/world/world.h"

namespace fencepost::sim {

ControlPlaneProcess& World::StartControlPlane(std::string_view name, absl::Duration skew) {
  StopIfEnded();
  const Engine::Quiet quiet(engine_);
  std::string id(name);
  int incarnation = 1;
  for (const auto& other : processes_) {
    if (other->IsIncarnationOf(name)) ++incarnation;
  }
  if (incarnation > 1) absl::StrAppend(&id, ".", incarnation);
  const ProcessId process = engine_.StartProcess(Label::Of(id));
  const BootId boot{processes_.size() + 1};
  processes_.push_back(
      std::make_unique<ControlPlaneProcess>(*this, process, CpId(std::move(id)), boot, skew));
  ControlPlaneProcess& started = *processes_.back();
  Require(started.control_plane().Register().ok(), "set-up: a new control plane registers");
  EmitProcess(ProcessStarted{started.cp()});
  return started;
}

ControlPlaneProcess& World::RunControlPlane(std::string_view name, absl::Duration skew) {
  ControlPlaneProcess& started = StartControlPlane(name, skew);
  started.BeginLoops();
  return started;
}

World::Slot World::BeginSpawn(ControlPlaneProcess& owner, const Org& org, const Image& image) {
  WorkerLifecycle& lifecycle = owner.lifecycle();
  ClaimResult slot = org.empty()
                         ? lifecycle.CreateWarmSlot(image, std::numeric_limits<std::int64_t>::max())
                         : lifecycle.CreateOrgSlot(org, image);
  Require(slot.claimed(), "set-up: a slot is created");
  const WorkerId worker = slot.lease->worker();
  const SecretName secret = SecretNameOf(worker);
  Require(secrets_.CreateSecret(worker, secret).ok(), "set-up: the secret is created");
  const auto pod = pods_.CreatePod(
      PodSpec{.worker = worker, .name = PodNameOf(worker), .image = image, .secret = secret});
  Require(pod.ok(), "set-up: the pod is created");
  return {&owner, org, *slot.lease, pod->uid};
}

WorkerId World::Publish(const Slot& slot) {
  WorkerLifecycle& lifecycle = slot.owner->lifecycle();
  const TransitionResult published = slot.org.empty()
                                         ? lifecycle.PublishIdle(slot.lease, slot.pod_uid)
                                         : lifecycle.PublishReserved(slot.lease, slot.pod_uid);
  Require(published.landed(), "set-up: the worker is published");
  slot.owner->owned().Adopt(slot.lease, published.row->row());
  return slot.lease.worker();
}

void World::Activate(ControlPlaneProcess& owner, WorkerId worker) {
  const ManagedWorkerPtr managed = owner.owned().Find(worker);
  const WorkerLease lease = managed->cell.last_known();
  WorkerLifecycle& lifecycle = owner.lifecycle();
  Require(lifecycle.BeginActivation(lease).landed(), "set-up: activation begins");
  const absl::StatusOr<Credentials> credentials = secrets_.Issue(managed->org);
  Require(pods_.Activate(lease, managed->org, *credentials).ok(), "set-up: the worker activates");
  const TransitionResult hot = lifecycle.FinishActivation(lease, credentials->expiry);
  Require(hot.landed(), "set-up: activation finishes");
  managed->Learn(hot.row->row());
}

WorkerId World::Spawned(ControlPlaneProcess& owner, const Org& org, const Image& image) {
  const Engine::Quiet quiet(engine_);
  const Slot slot = BeginSpawn(owner, org, image);
  engine_.SleepFor(std::chrono::seconds(3));
  return Publish(slot);
}

WorkerId World::ReservedWorker(ControlPlaneProcess& owner, std::string_view org,
                               std::string_view image) {
  return Spawned(owner, Org(std::string(org)), Image(std::string(image)));
}

WorkerId World::IdleWorker(ControlPlaneProcess& owner, std::string_view image) {
  return Spawned(owner, Org(), Image(std::string(image)));
}

WorkerId World::HotWorker(ControlPlaneProcess& owner, std::string_view org,
                          std::string_view image) {
  const Engine::Quiet quiet(engine_);
  const WorkerId worker = ReservedWorker(owner, org, image);
  Activate(owner, worker);
  return worker;
}

std::vector<WorkerId> World::HotWorkers(const std::vector<WorkerWanted>& wanted) {
  const Engine::Quiet quiet(engine_);
  std::vector<Slot> slots;
  slots.reserve(wanted.size());
  for (const WorkerWanted& worker : wanted) {
    slots.push_back(BeginSpawn(*worker.owner, Org(worker.org), Image(std::string(kImage))));
  }
  engine_.SleepFor(std::chrono::seconds(3));
  std::vector<WorkerId> workers;
  workers.reserve(slots.size());
  for (const Slot& slot : slots) {
    workers.push_back(Publish(slot));
    Activate(*slot.owner, workers.back());
  }
  return workers;
}

WorkerId World::HotIdleWorker(ControlPlaneProcess& owner, std::string_view org) {
  const Engine::Quiet quiet(engine_);
  const WorkerId worker = HotWorker(owner, org);
  const ManagedWorkerPtr managed = owner.owned().Find(worker);
  const TransitionResult parked = owner.lifecycle().Park(managed->cell.last_known());
  Require(parked.landed(), "set-up: the worker is parked");
  managed->Learn(parked.row->row());
  return worker;
}

}  // namespace fencepost::sim
