#include "sim/world/setup.h"

#include <chrono>
#include <limits>
#include <utility>

#include "core/rules/check.h"

namespace fencepost::sim {
namespace {

constexpr VirtualDuration kSpawnTakes = std::chrono::seconds(3);
constexpr BootId kSetUp{~std::uint64_t{0}};  // holds the sessions that no client has opened

}  // namespace

void Setup::Require(bool holds, std::string_view what) {
  if (holds) return;
  cluster_.StopIfEnded();
  Check(false, what);
}

ControlPlaneProcess& Setup::StartControlPlane(std::string_view name, absl::Duration skew) {
  cluster_.StopIfEnded();
  const Engine::Quiet quiet(cluster_.engine());
  ControlPlaneProcess& started = cluster_.AddProcess(name, skew);
  Require(started.control_plane().Register().ok(), "set-up: a new control plane registers");
  cluster_.Announce(ProcessStarted{started.cp()});
  return started;
}

ControlPlaneProcess& Setup::RunControlPlane(std::string_view name, absl::Duration skew) {
  ControlPlaneProcess& started = StartControlPlane(name, skew);
  started.BeginLoops();
  return started;
}

Setup::Slot Setup::BeginSpawn(ControlPlaneProcess& owner, const Org& org, const Image& image) {
  WorkerLifecycle& lifecycle = owner.lifecycle();
  ClaimResult slot = org.empty()
                         ? lifecycle.CreateWarmSlot(image, std::numeric_limits<std::int64_t>::max())
                         : lifecycle.CreateOrgSlot(org, image);
  Require(slot.claimed(), "set-up: a slot is created");
  const WorkerId worker = slot.lease->worker();
  const SecretName secret = SecretNameOf(worker);
  Require(cluster_.secrets().CreateSecret(worker, secret).ok(), "set-up: the secret is created");
  const auto pod = cluster_.pods().CreatePod(
      PodSpec{.worker = worker, .name = PodNameOf(worker), .image = image, .secret = secret});
  Require(pod.ok(), "set-up: the pod is created");
  return {&owner, org, *slot.lease, pod->uid};
}

WorkerId Setup::Publish(const Slot& slot) {
  WorkerLifecycle& lifecycle = slot.owner->lifecycle();
  const TransitionResult published = slot.org.empty()
                                         ? lifecycle.PublishIdle(slot.lease, slot.pod_uid)
                                         : lifecycle.PublishReserved(slot.lease, slot.pod_uid);
  Require(published.landed(), "set-up: the worker is published");
  slot.owner->owned().Adopt(slot.lease, published.row->row());
  return slot.lease.worker();
}

void Setup::Activate(ControlPlaneProcess& owner, WorkerId worker) {
  const ManagedWorkerPtr managed = owner.owned().Find(worker);
  const WorkerLease lease = owner.LeaseOf(worker);
  WorkerLifecycle& lifecycle = owner.lifecycle();
  Require(lifecycle.BeginActivation(lease).landed(), "set-up: activation begins");
  const absl::StatusOr<Credentials> credentials = cluster_.secrets().Issue(managed->org);
  Require(cluster_.pods().Activate(lease, managed->org, *credentials).ok(),
          "set-up: the worker activates");
  const TransitionResult hot = lifecycle.FinishActivation(lease, credentials->expiry);
  Require(hot.landed(), "set-up: activation finishes");
  managed->Learn(hot.row->row());
}

WorkerId Setup::Spawn(ControlPlaneProcess& owner, const Org& org, const Image& image) {
  const Engine::Quiet quiet(cluster_.engine());
  const Slot slot = BeginSpawn(owner, org, image);
  cluster_.engine().SleepFor(kSpawnTakes);
  return Publish(slot);
}

WorkerId Setup::IdleWorker(ControlPlaneProcess& owner, std::string_view image) {
  return Spawn(owner, Org(), Image(std::string(image)));
}

WorkerId Setup::ReservedWorker(ControlPlaneProcess& owner, std::string_view org,
                               std::string_view image) {
  return Spawn(owner, Org(std::string(org)), Image(std::string(image)));
}

WorkerId Setup::HotWorker(ControlPlaneProcess& owner, std::string_view org,
                          std::string_view image) {
  const Engine::Quiet quiet(cluster_.engine());
  const WorkerId worker = ReservedWorker(owner, org, image);
  Activate(owner, worker);
  return worker;
}

WorkerId Setup::HotIdleWorker(ControlPlaneProcess& owner, std::string_view org) {
  const Engine::Quiet quiet(cluster_.engine());
  const WorkerId worker = HotWorker(owner, org);
  Park(owner, worker);
  return worker;
}

std::vector<WorkerId> Setup::HotWorkers(const std::vector<HotWorkerSpec>& specs) {
  const Engine::Quiet quiet(cluster_.engine());
  std::vector<Slot> slots;
  slots.reserve(specs.size());
  for (const HotWorkerSpec& spec : specs) {
    slots.push_back(BeginSpawn(*spec.owner, Org(spec.org), Image(std::string(kStandardImage))));
  }
  cluster_.engine().SleepFor(kSpawnTakes);
  std::vector<WorkerId> workers;
  workers.reserve(slots.size());
  for (const Slot& slot : slots) {
    workers.push_back(Publish(slot));
    Activate(*slot.owner, workers.back());
  }
  return workers;
}

void Setup::Park(ControlPlaneProcess& owner, WorkerId worker) {
  const Engine::Quiet quiet(cluster_.engine());
  const TransitionResult parked = owner.lifecycle().Park(owner.LeaseOf(worker));
  Require(parked.landed(), "set-up: the worker is parked");
  owner.owned().Find(worker)->Learn(parked.row->row());
}

void Setup::ConnectClient(ControlPlaneProcess& owner, WorkerId worker, const SessionToken& token) {
  const Engine::Quiet quiet(cluster_.engine());
  Require(owner.Connect(worker, token), "set-up: a client is connected");
}

SessionHandle Setup::OpenSession(ControlPlaneProcess& owner, WorkerId worker,
                                 const SessionToken& token, absl::Duration ttl) {
  const Engine::Quiet quiet(cluster_.engine());
  const Org org = owner.owned().Find(worker)->org;
  const SessionHandle session{{org, token}, {kSetUp, ++sessions_}};
  const SessionReply opened =
      cluster_.Read(cluster_.store().OpenSession(session, owner.LeaseOf(worker), ttl));
  Require(opened.session.has_value(), "set-up: a session is opened");
  owner.Note(session);
  return session;
}

}  // namespace fencepost::sim
