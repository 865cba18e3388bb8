// PostgreSQL under fire: clients go on while their connections are cut and the server restarts.
//
//   store_endurance URI SECONDS TERMINATIONS RESTARTS RESTART_COMMAND
//
// Each client, a thread with the boot id of a process of its own, stamps a hot worker whose lease
// it holds, and creates workers under a cap that it shares with the others. Afterwards: the
// revision of each stamped worker counts every stamp that was acknowledged, once, and beyond that
// at most those that stayed in doubt; no acknowledged worker is missing; no org was ever over its
// cap. Exits with 1 and says what is wrong otherwise.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "core/rules/effect.h"
#include "store_pg/pg_store.h"
#include "store_pg/schema.h"
#include "tests/store_contract/control_plane.h"

namespace fencepost {
namespace {

using store_contract::ControlPlane;
using Clock = std::chrono::steady_clock;

constexpr int kClients = 8;
constexpr int kOrgs = 3;
constexpr std::int64_t kCap = 10;  // far fewer than the clients ask for
const CpId kCp("endurance");

struct Tally {
  WorkerId stamped{};
  std::int64_t revision = 0;  // of it, before the first stamp
  std::int64_t landed = 0;
  std::int64_t in_doubt = 0;     // that stayed so
  std::int64_t not_applied = 0;  // an error that promises so
  std::int64_t missed = 0;       // a defect: the lease is its client's alone
  std::int64_t created = 0;
  std::int64_t capped = 0;
  std::int64_t created_in_doubt = 0;
  std::vector<WorkerId> workers;  // acknowledged
};

class Endurance {
 public:
  Endurance(std::string uri, int seconds, int terminations, int restarts, std::string restart)
      : uri_(std::move(uri)),
        restart_(std::move(restart)),
        seconds_(seconds),
        terminations_(terminations),
        restarts_(restarts) {}

  int Run() {
    PgOptions options;
    options.connection = uri_;
    options.reconnect_backoff = absl::Milliseconds(10);
    options.reconnect_backoff_limit = absl::Milliseconds(100);
    Check(Migrate(options).ok(), "migrated");
    store_ = PgStore::Connect(options).value();
    Check(store_->RegisterControlPlane(kCp, BootId{1}).ok(), "registered");
    std::vector<Tally> tallies(kClients);
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
      threads.emplace_back([&, i] { tallies[i] = Play(i); });
    }
    threads.emplace_back([this] { Disturb(); });
    for (std::thread& thread : threads) thread.join();
    return Judge(tallies);
  }

 private:
  static WorkerLease MakeHot(ControlPlane& cp, const std::string& org) {
    const WorkerLease lease = cp->CreateOrgSlot(Org(org), Image("image")).lease.value();
    Check(cp->PublishReserved(lease, PodUid("uid")).landed(), "published");
    Check(cp->BeginActivation(lease).landed(), "begun");
    Check(cp->FinishActivation(lease, absl::UnixEpoch()).landed(), "hot");
    return lease;
  }
  std::int64_t RevisionOf(WorkerId worker) {
    return Number(store_->Observe(worker).value()->row().revision);
  }

  Tally Play(int client) {
    Tally tally;
    ControlPlane cp(*store_, kCp.text(), static_cast<std::uint64_t>(client + 2));
    const WorkerLease stamped_one = MakeHot(cp, absl::StrCat("stamped-", client));
    cp.config.caps.per_org = kCap;
    tally.stamped = stamped_one.worker();
    tally.revision = RevisionOf(tally.stamped);
    ready_.arrive_and_wait();  // the set-up is not disturbed
    std::mt19937 random(static_cast<unsigned>(client));
    std::vector<WorkerLease> own;
    while (!over_) {
      const TransitionResult stamped = cp->StampCredentials(stamped_one, absl::UnixEpoch());
      if (stamped.landed()) {
        ++tally.landed;
      } else if (stamped.outcome == TransitionOutcome::kStoreError) {
        ++tally.not_applied;
        // The server is away: eight clients that ask without a pause would keep it from starting.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      } else if (stamped.outcome == TransitionOutcome::kInDoubt) {
        ++tally.in_doubt;
      } else {
        ++tally.missed;  // nobody else has its lease
      }
      if (random() % 4 != 0) continue;
      if (own.size() < 8) {
        const Org org(absl::StrCat("org-", random() % kOrgs));
        const ClaimResult slot = cp->CreateOrgSlot(org, Image("image"));
        if (slot.claimed()) {
          ++tally.created;
          tally.workers.push_back(slot.lease->worker());
          own.push_back(*slot.lease);
        } else if (!slot.error.ok() && MayHaveApplied(slot.error)) {
          ++tally.created_in_doubt;
        } else if (slot.error.ok() && slot.outcome == ClaimOutcome::kOrgCap) {
          ++tally.capped;
        }
      } else {
        // Makes room for others. Whatever comes of it, the row stays.
        static_cast<void>(cp->MarkLost(own.back(), "room").landed());
        own.pop_back();
      }
    }
    return tally;
  }

  bool DisturbedAsAsked() const { return restarted_ == restarts_ && terminated_ == terminations_; }

  // Cuts one connection after the other, restarts the server now and then, and looks at the caps.
  // The clients stop when their time is over and everything was done that was asked for: a busy
  // machine makes fewer cuts in a second, and a fixed time would then end without a verdict.
  void Disturb() {
    ready_.arrive_and_wait();
    const auto end = Clock::now() + std::chrono::seconds(seconds_);
    const auto limit = end + 9 * std::chrono::seconds(seconds_);
    const auto pause = std::chrono::milliseconds(seconds_ * 800 / (terminations_ + 1));
    for (int i = 1; Clock::now() < end || (!DisturbedAsAsked() && Clock::now() < limit); ++i) {
      std::this_thread::sleep_for(pause);
      if (restarts_ > 0 && i % (terminations_ / (restarts_ + 1)) == 0 && restarted_ < restarts_) {
        ++restarted_;
        Check(std::system(restart_.c_str()) == 0, "the server restarts");
      }
      try {
        pqxx::connection session(uri_);
        pqxx::nontransaction work(session);
        const auto over = work.exec(absl::StrCat(
            "SELECT org, count(*) FROM fencepost.workers WHERE state NOT IN ('retired', 'lost') ",
            "AND org LIKE 'org-%' GROUP BY org HAVING count(*) > ", kCap));
        over_cap_ += static_cast<int>(over.size());
        if (terminated_ == terminations_) continue;
        const auto ended = work.exec(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
            "current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1");
        for (const pqxx::row& row : ended) terminated_ += row[0].as<bool>() ? 1 : 0;
      } catch (const std::exception&) {
        // The server is just restarting.
      }
    }
    over_ = true;
  }

  int Judge(const std::vector<Tally>& tallies) {
    Tally sum;
    std::int64_t missing = 0;
    std::int64_t changes = 0;
    bool exact = true;
    for (const Tally& tally : tallies) {
      const std::int64_t changed = RevisionOf(tally.stamped) - tally.revision;
      changes += changed;
      exact = exact && changed >= tally.landed && changed <= tally.landed + tally.in_doubt;
      sum.landed += tally.landed;
      sum.in_doubt += tally.in_doubt;
      sum.not_applied += tally.not_applied;
      sum.missed += tally.missed;
      sum.created += tally.created;
      sum.capped += tally.capped;
      sum.created_in_doubt += tally.created_in_doubt;
      for (const WorkerId worker : tally.workers) {
        missing += store_->Observe(worker).value().has_value() ? 0 : 1;
      }
    }
    // A run in which nothing was cut and no cap was met would show nothing.
    const bool tried = DisturbedAsAsked() && sum.capped > 0;
    const bool well = exact && sum.missed == 0 && missing == 0 && over_cap_ == 0;
    std::printf(
        "at least %d s, %d clients, %d connections cut, %d restarts\n"
        "stamps: %lld acknowledged, %lld in doubt, %lld surely not applied; the rows count %lld\n"
        "fences missed: %lld\n"
        "creates: %lld acknowledged, %lld in doubt, %lld refused by a cap; missing %lld; over a "
        "cap "
        "%d times\n%s\n",
        seconds_, kClients, terminated_, restarted_, static_cast<long long>(sum.landed),
        static_cast<long long>(sum.in_doubt), static_cast<long long>(sum.not_applied),
        static_cast<long long>(changes), static_cast<long long>(sum.missed),
        static_cast<long long>(sum.created), static_cast<long long>(sum.created_in_doubt),
        static_cast<long long>(sum.capped), static_cast<long long>(missing), over_cap_,
        !well    ? "WRONG"
        : !tried ? "no verdict: less was cut than asked for, or no cap was ever met"
                 : "nothing lost, nothing twice");
    return well && tried ? 0 : 1;
  }

  const std::string uri_;
  const std::string restart_;
  const int seconds_;
  const int terminations_;
  const int restarts_;
  std::atomic<bool> over_ = false;
  std::unique_ptr<PgStore> store_;
  std::latch ready_{kClients + 1};
  int terminated_ = 0;
  int restarted_ = 0;
  int over_cap_ = 0;
};

}  // namespace
}  // namespace fencepost

int main(int argc, char** argv) {
  const bool sensible = argc == 6 && std::atoi(argv[2]) > 0 && std::atoi(argv[4]) >= 0 &&
                        std::atoi(argv[3]) > std::atoi(argv[4]);
  if (!sensible) {
    std::printf(
        "usage: store_endurance URI SECONDS TERMINATIONS RESTARTS RESTART_COMMAND\n"
        "with more terminations than restarts\n");
    return 2;
  }
  return fencepost::Endurance(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]),
                              argv[5])
      .Run();
}
