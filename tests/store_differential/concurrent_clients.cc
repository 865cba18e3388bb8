#include "tests/store_differential/concurrent_clients.h"

#include <atomic>
#include <latch>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/lifecycle.h"
#include "tests/store_contract/inline_runtime.h"

namespace fencepost::store_differential {
namespace {

using What = RecordedCall::What;

const CpId kCp("cp-0");
const absl::Time kExpiry = absl::FromUnixSeconds(2'000'000'000);

class NoPods : public PodRuntime {
 public:
  absl::StatusOr<PodInfo> CreatePod(const PodSpec&) override { return PodInfo(); }
  absl::StatusOr<std::optional<PodInfo>> FindPod(const PodName&) override { return std::nullopt; }
  absl::StatusOr<std::vector<PodInfo>> ListPods() override { return std::vector<PodInfo>(); }
  absl::Status DeletePod(const Fence&) override { return absl::OkStatus(); }
};

class NoSecrets : public SecretStore {
 public:
  absl::Status CreateSecret(WorkerId, const SecretName&) override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<SecretInfo>> ListSecrets() override {
    return std::vector<SecretInfo>();
  }
  absl::Status DeleteSecret(const Fence&) override { return absl::OkStatus(); }
};

Org OrgOf(WorkerId worker) { return Org(absl::StrCat("org-", Number(worker))); }

// One client: a process of the control plane that owns the workers, with beliefs of its own.
class Client : private EventObserver {
 public:
  Client(LifecycleStore& store, std::uint64_t boot, std::atomic<std::uint64_t>& clock)
      : store_(store), clock_(clock) {
    config_.settle_attempts = 1;
    lifecycle_ = WorkerLifecycle::Create({.cp = kCp,
                                          .boot = BootId{boot},
                                          .runtime = &runtime_,
                                          .store = &store,
                                          .pods = &pods_,
                                          .secrets = &secrets_,
                                          .observer = this,
                                          .config = &config_})
                     .value();
  }

  // A hot worker; each has an id and an org of its own.
  WorkerRow MakeHot(WorkerId worker) {
    const WorkerLease lease =
        lifecycle_->CreateOrgSlot(OrgOf(worker), Image("image-1")).lease.value();
    EXPECT_EQ(lease.worker(), worker);
    EXPECT_TRUE(lifecycle_->PublishReserved(lease, PodUid("uid")).landed());
    EXPECT_TRUE(lifecycle_->BeginActivation(lease).landed());
    EXPECT_TRUE(lifecycle_->FinishActivation(lease, kExpiry).landed());
    return store_.Observe(worker).value()->row();
  }

  void Play(const std::vector<WorkerId>& workers, int calls, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (const WorkerId worker : workers) Adopt(worker);
    for (int i = 0; i < calls; ++i) {
      const WorkerId worker = workers[random() % workers.size()];
      if (random() % 4 == 0) Adopt(worker);
      Act(worker, random() % 64, random() % 8);
    }
  }

  std::vector<RecordedCall> history;

 private:
  void On(const Event& event) override {
    if (const auto* attempt = std::get_if<TransitionAttempted>(&event.body)) {
      attempted_ = attempt->request;
    }
  }

  // Learns the present lease and row. Not recorded: it changes nothing.
  void Adopt(WorkerId worker) {
    const auto owned = store_.ListOwned(kCp);
    if (!owned.ok()) return;
    for (const OwnedWorker& each : *owned) {
      if (each.lease.worker() != worker) continue;
      leases_.insert_or_assign(worker, each.lease);
      rows_.insert_or_assign(worker, each.row);
    }
  }

  void Act(WorkerId worker, std::uint64_t action, std::uint64_t session) {
    const auto lease_place = leases_.find(worker);
    if (lease_place == leases_.end()) return;
    const WorkerLease lease = lease_place->second;
    const SessionHandle held{
        {OrgOf(worker), SessionToken(absl::StrCat("s-", Number(worker), "-", session))},
        {BootId{77}, 1}};
    using Lifecycle = WorkerLifecycle;
    if (action < 10) {
      Transition(worker, [&](Lifecycle& own) { return own.RefreshLease(lease); });
    } else if (action < 18) {
      Transition(worker, [&](Lifecycle& own) { return own.StampCredentials(lease, kExpiry); });
    } else if (action < 24) {
      Transition(worker, [&](Lifecycle& own) { return own.Park(lease); });
    } else if (action < 30) {
      Claim(worker);
    } else if (action < 36) {
      Transition(worker, [&](Lifecycle& own) { return own.BeginActivation(lease); });
    } else if (action < 42) {
      Transition(worker, [&](Lifecycle& own) { return own.FinishActivation(lease, kExpiry); });
    } else if (action < 43 && session == 1) {
      Transition(worker, [&](Lifecycle& own) {
        return own.Drain(lease, SessionRule::kSpareSessions, "shutdown");
      });
    } else if (action < 44 && session == 0) {
      const WorkerSnapshot seen = rows_.at(worker);
      Transition(worker, [&](Lifecycle& own) {
        return own.RetireFromSnapshot(seen, WorkerState::kLost, "stuck");
      });
    } else if (action < 49) {
      Session(What::kOpen, worker, held, lease,
              [&] { return store_.OpenSession(held, lease, kSessionTtl); });
    } else if (action < 52) {
      Session(What::kDisconnect, worker, held, lease,
              [&] { return store_.DisconnectSession(held, kSessionTtl); });
    } else if (action < 56) {
      Session(What::kReclaim, worker, held, lease,
              [&] { return store_.ReclaimSession(held, lease, kSessionTtl); });
    } else if (action < 60) {
      Session(What::kClose, worker, held, lease, [&] { return store_.CloseSession(held); });
    } else {
      Observe(worker);
    }
  }

  RecordedCall Begin(What what, WorkerId worker) {
    RecordedCall call;
    call.what = what;
    call.worker = worker;
    call.span.invoked = clock_.fetch_add(1);
    return call;
  }
  void End(RecordedCall call) {
    call.span.returned = clock_.fetch_add(1);
    history.push_back(std::move(call));
  }

  template <class Call>
  void Transition(WorkerId worker, Call make) {
    RecordedCall call = Begin(What::kTransition, worker);
    const TransitionResult result = make(*lifecycle_);
    EXPECT_TRUE(result.error.ok()) << result.error;
    call.request = attempted_;
    call.outcome = result.outcome;
    if (result.row.has_value()) {
      call.row = result.row->row();
      rows_.insert_or_assign(worker, *result.row);
    }
    if (result.lease.has_value()) leases_.insert_or_assign(worker, *result.lease);
    End(std::move(call));
  }

  void Claim(WorkerId worker) {
    RecordedCall call = Begin(What::kClaim, worker);
    const ClaimResult result = lifecycle_->ClaimHotIdle(OrgOf(worker), Image());
    EXPECT_TRUE(result.error.ok()) << result.error;
    call.claimant = kCp;
    if (result.claimed()) {
      call.row = result.row->row();
      leases_.insert_or_assign(worker, *result.lease);
      rows_.insert_or_assign(worker, *result.row);
    }
    End(std::move(call));
  }

  template <class Call>
  void Session(What what, WorkerId worker, const SessionHandle& held, const WorkerLease& lease,
               Call make) {
    RecordedCall call = Begin(what, worker);
    call.handle = held;
    call.lease = lease;
    const absl::StatusOr<SessionReply> reply = make();
    EXPECT_TRUE(reply.ok()) << reply.status();
    if (!reply.ok()) return;
    call.outcome = reply->outcome;
    call.session = reply->session;
    End(std::move(call));
  }

  void Observe(WorkerId worker) {
    RecordedCall call = Begin(What::kObserve, worker);
    const auto seen = store_.Observe(worker);
    EXPECT_TRUE(seen.ok()) << seen.status();
    if (!seen.ok()) return;
    if (seen->has_value()) {
      call.row = (*seen)->row();
      rows_.insert_or_assign(worker, **seen);
    }
    End(std::move(call));
  }

  LifecycleStore& store_;
  std::atomic<std::uint64_t>& clock_;
  Config config_;
  store_contract::InlineRuntime runtime_;
  NoPods pods_;
  NoSecrets secrets_;
  std::unique_ptr<WorkerLifecycle> lifecycle_;
  std::optional<TransitionRequest> attempted_;
  std::map<WorkerId, WorkerLease> leases_;
  std::map<WorkerId, WorkerSnapshot> rows_;
};

}  // namespace

Played PlayClients(const std::function<LifecycleStore&(int client)>& store_of, int clients,
                   int workers, int calls, std::uint64_t seed) {
  std::atomic<std::uint64_t> clock = 0;
  Played played;
  std::vector<WorkerId> ids;
  EXPECT_TRUE(store_of(0).RegisterControlPlane(kCp, BootId{1}).ok());
  Client maker(store_of(0), 1, clock);
  for (int i = 1; i <= workers; ++i) {
    ids.push_back(WorkerId{i});
    played.initial.push_back(maker.MakeHot(WorkerId{i}));
  }
  std::vector<std::unique_ptr<Client>> players;
  for (int i = 0; i < clients; ++i) {
    const auto boot = static_cast<std::uint64_t>(i + 2);
    players.push_back(std::make_unique<Client>(store_of(i), boot, clock));
  }
  std::vector<std::thread> threads;
  std::latch all_there(clients);
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      all_there.arrive_and_wait();
      players[i]->Play(ids, calls, seed * 1000 + i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::unique_ptr<Client>& player : players) {
    played.history.insert(played.history.end(), player->history.begin(), player->history.end());
  }
  return played;
}

}  // namespace fencepost::store_differential
