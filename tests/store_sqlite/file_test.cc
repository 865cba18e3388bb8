// The file: what is found in its place, what several processes make of it, what survives.

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/sandbox.h"
#include "store_sqlite/schema.h"
#include "store_sqlite/sqlite_store.h"
#include "tests/store_contract/control_plane.h"
#include "tests/store_sqlite/folder.h"

namespace fencepost::store_sqlite_test {
namespace {

using store_contract::ControlPlane;
using testing::HasSubstr;

class FileTest : public testing::Test {
 protected:
  SqliteOptions Options() const {
    SqliteOptions options;
    options.path = path_;
    return options;
  }
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() const { return SqliteStore::Open(Options()); }
  absl::Status Refusal() const { return Open().status(); }

  // Plain SQL on the file, as somebody else's program would run it.
  void Run(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
  // Runs `body` in a process of its own; its result is the exit code.
  static pid_t InAnotherProcess(const std::function<int()>& body) {
    const pid_t child = fork();
    if (child == 0) _exit(body());
    return child;
  }
  static int ExitCodeOf(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void MakeOne() const { ASSERT_TRUE(Open().ok()); }

  const Folder folder_;
  const std::string path_ = folder_.File("store");
};

// ---- What is found in its place ----------------------------------------------------------------

TEST_F(FileTest, IsMadeOnceAndFoundAgain) {
  ASSERT_TRUE(Open().value()->RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
  EXPECT_EQ(Open().value()->ListControlPlanes()->size(), 1U);
}

TEST_F(FileTest, IsNotMadeWhereThatIsNotWanted) {
  SqliteOptions options = Options();
  options.create_if_missing = false;
  const absl::Status missing = SqliteStore::Open(options).status();
  EXPECT_TRUE(absl::IsNotFound(missing)) << missing;
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(FileTest, OfAnotherProgramIsLeftAlone) {
  Run("CREATE TABLE theirs (x)");
  const auto size = std::filesystem::file_size(path_);
  const absl::Status refusal = Refusal();
  EXPECT_EQ(refusal.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("another program"));
  EXPECT_EQ(MigrateSqlite(Options()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::filesystem::file_size(path_), size);
}

TEST_F(FileTest, ThatIsNoDatabaseIsLeftAlone) {
  const std::string text(5000, 'x');
  std::ofstream(path_) << text;
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("is not a SQLite database"));
  EXPECT_EQ(std::filesystem::file_size(path_), text.size());
}

TEST_F(FileTest, OfANewerProgramIsRefused) {
  MakeOne();
  Run("UPDATE fencepost_schema SET version = 3");
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("made by a newer program"));
  EXPECT_THAT(std::string(MigrateSqlite(Options()).status().message()), HasSubstr("newer"));
}

// A store of version 1 with a session: the session gets its worker's org, and no holder.
TEST_F(FileTest, OfAnOlderProgramIsBroughtForward) {
  {
    const auto connection = sqlite::Connection::Open(Options()).value();
    ASSERT_TRUE(sqlite::BringForward(*connection, sqlite::AllSchemaSteps().first(1)).ok());
  }
  Run("INSERT INTO worker VALUES (7, 'uid', 'image-1', 'hot', 'org-a', 'cp-1', 3, 9, 1, 1, '', 0, "
      "0, "
      "0, 0, 0)");
  Run("INSERT INTO session VALUES ('token', 7, 3, 'active', 5000000)");
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("fencepost store migrate"));
  const SqliteMigration migrated = MigrateSqlite(Options()).value();
  EXPECT_EQ(migrated.from, 1);
  EXPECT_EQ(migrated.to, 2);
  const auto store = Open().value();
  const auto session = store->FindSession({Org("org-a"), SessionToken("token")}).value();
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->worker_id, WorkerId{7});
  EXPECT_EQ(session->epoch, Epoch{3});
  EXPECT_TRUE(session->holder.none());
  EXPECT_EQ(session->expires_at, absl::FromUnixSeconds(5));
}

// A step that fails half way leaves the file as it was.
TEST_F(FileTest, AMigrationThatFailsChangesNothing) {
  MakeOne();
  const std::string_view steps[] = {
      sqlite::AllSchemaSteps()[0], sqlite::AllSchemaSteps()[1],
      "CREATE TABLE later (x INTEGER) STRICT; CREATE TABLE worker (x)"};
  {
    const auto connection = sqlite::Connection::Open(Options()).value();
    EXPECT_FALSE(sqlite::BringForward(*connection, steps).ok());
  }
  EXPECT_TRUE(Open().ok()) << Refusal();
}

TEST_F(FileTest, ThatIsDamagedIsToldAtOnce) {
  MakeOne();
  Run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);  // the header of the second page
  file << std::string(100, '\xff');
  file.close();
  const absl::Status damaged = Refusal();
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  EXPECT_THAT(std::string(damaged.message()), HasSubstr("is damaged"));
}

TEST_F(FileTest, AFolderIsNoFile) {
  ASSERT_EQ(mkdir(path_.c_str(), 0700), 0);
  EXPECT_THAT(std::string(Refusal().message()), HasSubstr("is a folder"));
}

TEST_F(FileTest, ThatMayNotBeWrittenIsRefused) {
  MakeOne();
  // Root may write whatever the mode says; so does this test where it runs as root.
  const int code = ExitCodeOf(InAnotherProcess([this] {
    chmod(path_.c_str(), 0444);
    chmod(folder_.File("").c_str(), 0755);
    if (geteuid() == 0 && setuid(65534) != 0) return 2;
    return absl::IsPermissionDenied(Refusal()) ? 0 : 1;
  }));
  EXPECT_EQ(code, 0);
}

TEST_F(FileTest, ThatCannotBeCreatedNamesItsFolder) {
  ASSERT_EQ(mkdir(folder_.File("closed").c_str(), 0700), 0);
  const int code = ExitCodeOf(InAnotherProcess([this] {
    const std::string folder = folder_.File("closed");
    chmod(folder.c_str(), 0555);
    chmod(folder_.File("").c_str(), 0755);
    if (geteuid() == 0 && setuid(65534) != 0) return 2;
    SqliteOptions options;
    options.path = folder + "/store";
    const absl::Status refused = SqliteStore::Open(options).status();
    if (!absl::IsPermissionDenied(refused)) return 3;
    return refused.message() == absl::StrCat(options.path,
                                             " cannot be created: this process may not write the "
                                             "folder ",
                                             folder)
               ? 0
               : 4;
  }));
  EXPECT_EQ(code, 0);
}

TEST_F(FileTest, ThatIsLockedForTooLongIsNotApplied) {
  SqliteOptions options = Options();
  options.busy_timeout = absl::Milliseconds(20);
  const auto store = SqliteStore::Open(options).value();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const absl::Status locked = store->RegisterControlPlane(CpId("cp-1"), BootId{1});
  EXPECT_FALSE(locked.ok());
  EXPECT_FALSE(MayHaveApplied(locked)) << locked;
  // SQLite's text for the code and for this very failure are the same here, and said once.
  EXPECT_EQ(locked.message(), "SQLite: database is locked (code 5)");
  EXPECT_TRUE(store->ListControlPlanes()->empty());  // readers do not wait for writers
  sqlite3_close(other);
  EXPECT_TRUE(store->RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
}

// The disk is full: here, because the process may write no larger file.
TEST_F(FileTest, ThatCannotGrowRefusesAndLosesNothing) {
  const int code = ExitCodeOf(InAnotherProcess([this] {
    const auto store = Open().value();
    ControlPlane cp(*store, "cp-1", 1);
    if (!store->RegisterControlPlane(cp.id(), cp.boot()).ok()) return 2;
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{.rlim_cur = 400'000, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    int made = 0;
    absl::Status refused;
    while (refused.ok() && made < 100'000) {
      const ClaimResult slot = cp->CreateOrgSlot(Org("org-a"), Image("image-1"));
      refused = slot.error;
      made += slot.claimed() ? 1 : 0;
    }
    if (refused.ok()) return 3;
    // Everything acknowledged is there, and nothing that was not.
    const auto owned = store->ListOwned(cp.id());
    if (!owned.ok()) return 4;
    return std::ssize(*owned) == made ? 0 : 5;
  }));
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(Open().ok()) << Refusal();
}

// ---- Several processes -------------------------------------------------------------------------

TEST_F(FileTest, SeveralProcessesMayBeTheFirstAtOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    children.push_back(InAnotherProcess([this, i] {
      const auto store = Open();
      if (!store.ok()) {
        std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
        return 1;
      }
      return (*store)->RegisterControlPlane(CpId(absl::StrCat("cp-", i)), BootId{1}).ok() ? 0 : 2;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(ExitCodeOf(child), 0);
  EXPECT_EQ(Open().value()->ListControlPlanes()->size(), 6U);
}

// Each landed transition is one revision, whoever made it; caps hold across processes.
TEST_F(FileTest, SeveralProcessesLoseNoTransitionAndExceedNoCap) {
  constexpr int kProcesses = 4;
  constexpr int kEach = 60;
  constexpr std::int64_t kCap = 25;
  WorkerId shared{};
  {
    const auto store = Open().value();
    ASSERT_TRUE(store->RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
    ControlPlane maker(*store, "cp-1", 100);
    const WorkerLease lease =
        maker->CreateOrgSlot(Org("org-shared"), Image("image-1")).lease.value();
    ASSERT_TRUE(maker->PublishReserved(lease, PodUid("uid")).landed());
    ASSERT_TRUE(maker->BeginActivation(lease).landed());
    ASSERT_TRUE(maker->FinishActivation(lease, absl::UnixEpoch()).landed());
    shared = lease.worker();
  }
  const Revision before = Open().value()->Observe(shared).value()->row().revision;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(InAnotherProcess([this, i] {
      SqliteOptions options = Options();
      options.synchronous = SqliteSynchronous::kOff;
      const auto store = SqliteStore::Open(options);
      if (!store.ok()) return 1;
      ControlPlane cp(**store, "cp-1", static_cast<std::uint64_t>(i + 1));
      cp.config.caps.per_org = kCap;
      for (int round = 0; round < kEach; ++round) {
        if (!cp->CreateOrgSlot(Org("org-a"), Image("image-1")).error.ok()) return 2;
        const auto owned = (*store)->ListOwned(cp.id());
        if (!owned.ok()) return 3;
        // All of them stamp the first worker, whose epoch nobody raises.
        if (!cp->StampCredentials(owned->front().lease, absl::UnixEpoch()).landed()) return 4;
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(ExitCodeOf(child), 0);
  const auto store = Open().value();
  EXPECT_EQ(Number(store->Observe(shared).value()->row().revision),
            Number(before) + kProcesses * kEach);
  EXPECT_EQ(store->ListOwned(CpId("cp-1"))->size(), static_cast<std::size_t>(kCap) + 1);
}

TEST_F(FileTest, AProcessThatIsKilledLeavesNothingHalfWritten) {
  MakeOne();
  ASSERT_TRUE(Open().value()->RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
  for (int round = 0; round < 5; ++round) {
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    const pid_t child = InAnotherProcess([this, &told, round] {
      const auto store = Open().value();
      ControlPlane cp(*store, "cp-1", static_cast<std::uint64_t>(10 + round));
      for (;;) {
        const ClaimResult slot = cp->CreateOrgSlot(Org("org-a"), Image("image-1"));
        if (!slot.claimed()) return 1;
        const std::int64_t id = Number(slot.lease->worker());
        if (write(told[1], &id, sizeof id) != sizeof id) return 2;
      }
    });
    close(told[1]);
    std::int64_t last = 0;
    for (int i = 0; i < 20; ++i) ASSERT_EQ(read(told[0], &last, sizeof last), sizeof last);
    kill(child, SIGKILL);
    EXPECT_EQ(ExitCodeOf(child), -SIGKILL);
    while (read(told[0], &last, sizeof last) == sizeof last) {
    }
    close(told[0]);
    const auto store = Open().value();  // checks the integrity
    EXPECT_TRUE(store->Observe(WorkerId{last}).value().has_value()) << "it was acknowledged";
  }
}

// ---- Sandboxes ---------------------------------------------------------------------------------

TEST_F(FileTest, OnlyWhatASimulationMadeIsASandbox) {
  MakeOne();
  EXPECT_THAT(std::string(SqliteSandbox::Open(Options()).status().message()),
              HasSubstr("left alone"));
  SqliteOptions other = Options();
  other.path = folder_.File("sandbox");
  const auto sandbox = SqliteSandbox::Open(other).value();
  ASSERT_TRUE(sandbox->store().RegisterControlPlane(CpId("cp-1"), BootId{1}).ok());
  EXPECT_TRUE(SqliteSandbox::Open(other).ok()) << "a second one of this process";
  ASSERT_TRUE(sandbox->Erase().ok());
  EXPECT_TRUE(sandbox->store().ListControlPlanes()->empty());
}

}  // namespace
}  // namespace fencepost::store_sqlite_test
