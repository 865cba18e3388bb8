// How many fenced transitions a second the durable stores make, beside the bare statement.
//
//   store_bench sqlite FOLDER SECONDS
//   store_bench postgres URI SECONDS       the whole comparison with pgbench: bench/stores
//
// Prints one line for each figure: name, tab, calls per second.
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "store_pg/pg_store.h"
#include "store_pg/schema.h"
#include "store_sqlite/sqlite_store.h"
#include "tests/store_contract/control_plane.h"

namespace fencepost {
namespace {

using store_contract::ControlPlane;
using Clock = std::chrono::steady_clock;

constexpr int kMostClients = 8;
const CpId kCp("bench");

void Print(const std::string& name, double per_second) {
  std::printf("%s\t%.0f\n", name.c_str(), per_second);
  std::fflush(stdout);
}

// Calls a second over `seconds`, of one thread.
double Rate(double seconds, const std::function<void()>& call) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const auto begin = Clock::now();
  std::int64_t calls = 0;
  while (Clock::now() < end) {
    call();
    ++calls;
  }
  return static_cast<double>(calls) / std::chrono::duration<double>(Clock::now() - begin).count();
}

double RateOfMany(int clients, double seconds, const std::function<void(int)>& call) {
  std::vector<double> rates(clients);
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] { rates[i] = Rate(seconds, [&] { call(i); }); });
  }
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  for (const double rate : rates) sum += rate;
  return sum;
}

// A process of the control plane with a hot worker of its own.
struct Client {
  explicit Client(LifecycleStore& store, int number)
      : cp(store, kCp.text(), static_cast<std::uint64_t>(number + 1)),
        lease(cp->CreateOrgSlot(Org("org"), Image("image")).lease.value()) {
    Check(cp->PublishReserved(lease, PodUid("uid")).landed(), "published");
    Check(cp->BeginActivation(lease).landed(), "begun");
    Check(cp->FinishActivation(lease, absl::UnixEpoch()).landed(), "hot");
  }
  void Stamp() {
    Check(cp->StampCredentials(lease, absl::UnixEpoch()).landed(), "nobody contends");
  }

  ControlPlane cp;
  WorkerLease lease;
};

std::vector<std::unique_ptr<Client>> Clients(LifecycleStore& store) {
  Check(store.RegisterControlPlane(kCp, BootId{1}).ok(), "registered");
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kMostClients; ++i) clients.push_back(std::make_unique<Client>(store, i));
  return clients;
}

// ---- SQLite ------------------------------------------------------------------------------------

void Run(sqlite3* handle, const char* sql) {
  Check(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
}

// BEGIN IMMEDIATE, one UPDATE of a row like a worker's, COMMIT, all prepared.
double BareSqlite(const std::string& path, const char* synchronous, double seconds) {
  sqlite3* handle = nullptr;
  Check(sqlite3_open(path.c_str(), &handle) == SQLITE_OK, "opened");
  Run(handle, "PRAGMA journal_mode = WAL");
  Run(handle, synchronous);
  sqlite3_stmt* statements[3];
  const char* const texts[] = {
      "BEGIN IMMEDIATE",
      "UPDATE worker SET revision = revision + 1, operation_sequence = operation_sequence + 1, "
      "updated_at = updated_at + 1, credentials_expiry = 5 "
      "WHERE worker_id = 1 AND owner_cp = 'bench' AND owner_epoch = 1 AND state = 'hot'",
      "COMMIT"};
  for (int i = 0; i < 3; ++i) {
    Check(sqlite3_prepare_v3(handle, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i],
                             nullptr) == SQLITE_OK,
          texts[i]);
  }
  const double rate = Rate(seconds, [&] {
    for (sqlite3_stmt* const statement : statements) {
      Check(sqlite3_step(statement) == SQLITE_DONE, "stepped");
      sqlite3_reset(statement);
    }
    Check(sqlite3_changes(handle) == 1, "one row");
  });
  for (sqlite3_stmt* const statement : statements) sqlite3_finalize(statement);
  sqlite3_close(handle);
  return rate;
}

void Sqlite(const std::string& folder, double seconds) {
  struct Setting {
    const char* name;
    SqliteSynchronous synchronous;
    const char* pragma;
  };
  for (const Setting& setting :
       {Setting{"full", SqliteSynchronous::kFull, "PRAGMA synchronous = FULL"},
        Setting{"normal", SqliteSynchronous::kNormal, "PRAGMA synchronous = NORMAL"}}) {
    SqliteOptions options;
    options.path = absl::StrCat(folder, "/", setting.name);
    options.synchronous = setting.synchronous;
    double store_rate = 0;
    {
      const auto store = SqliteStore::Open(options).value();
      const auto clients = Clients(*store);
      store_rate = Rate(seconds, [&] { clients[0]->Stamp(); });
    }
    const double bare = BareSqlite(options.path, setting.pragma, seconds);
    Print(absl::StrCat("sqlite ", setting.name, ": bare loop"), bare);
    Print(absl::StrCat("sqlite ", setting.name, ": fenced transition"), store_rate);
    std::printf("sqlite %s: ratio\t%.2f\n", setting.name, store_rate / bare);
  }
}

// ---- PostgreSQL --------------------------------------------------------------------------------

void Postgres(const std::string& uri, double seconds) {
  PgOptions options;
  options.connection = uri;
  options.pool_size = kMostClients;
  Check(Migrate(options).ok(), "migrated");
  const auto store = PgStore::Connect(options).value();
  const auto clients = Clients(*store);
  for (const auto& client : clients) client->Stamp();
  for (const int count : {1, kMostClients}) {
    Print(absl::StrCat("postgres: fenced transition, ", count, " clients"),
          RateOfMany(count, seconds, [&](int i) { clients[i]->Stamp(); }));
  }
}

// Claims of idle workers; bench/stores has put a million rows beside them.
void Claims(const std::string& uri, double seconds) {
  PgOptions options;
  options.connection = uri;
  const auto store = PgStore::Connect(options).value();
  ControlPlane cp(*store, kCp.text(), 1000);
  const auto owned = store->ListOwned(kCp).value();
  ControlPlane stamper(*store, kCp.text(), 1001);
  const WorkerLease lease = owned.front().lease;
  Print("postgres: fenced transition among a million rows", Rate(seconds, [&] {
          Check(stamper->StampCredentials(lease, absl::UnixEpoch()).landed(), "stamped");
        }));
  Print("postgres: claim among a million rows", Rate(seconds, [&] {
          Check(cp->ClaimIdle(Org("org-of-claims"), Image("image-of-claims")).claimed(),
                "there are idle workers left");
        }));
}

}  // namespace
}  // namespace fencepost

int main(int argc, char** argv) {
  const std::string_view what = argc == 4 ? argv[1] : "";
  const double seconds = argc == 4 ? std::atof(argv[3]) : 0;
  if (what == "sqlite") {
    fencepost::Sqlite(argv[2], seconds);
  } else if (what == "postgres") {
    fencepost::Postgres(argv[2], seconds);
  } else if (what == "claims") {
    fencepost::Claims(argv[2], seconds);
  } else {
    std::printf(
        "usage: store_bench sqlite FOLDER SECONDS | postgres URI SECONDS | "
        "claims URI SECONDS\n");
    return 2;
  }
  return 0;
}
