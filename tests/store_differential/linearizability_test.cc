// Several connections at once: what they were told is what one after the other would have been.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "store_pg/pg_store.h"
#include "store_sqlite/sqlite_store.h"
#include "tests/store_differential/concurrent_clients.h"
#include "tests/store_pg/database.h"
#include "tests/store_sqlite/folder.h"

namespace fencepost::store_differential {
namespace {

using testing::HasSubstr;

constexpr int kClients = 6;
constexpr int kWorkers = 2;
constexpr int kCalls = 150;
constexpr std::uint64_t kRounds = 4;

absl::Time StandingStill() { return absl::FromUnixSeconds(1'700'000'000); }

// What the rounds showed together: a test in which nobody met nobody shows nothing.
class Rounds {
 public:
  void Judge(const Played& played, std::uint64_t seed) {
    for (const RecordedCall& call : played.history) {
      ++told_[call.outcome];
      if (call.span.returned > call.span.invoked + 1) ++overlapping_;
    }
    EXPECT_EQ(WhyNotLinearizable(played.history, played.initial, StandingStill()), "")
        << "seed " << seed;
  }
  ~Rounds() {
    EXPECT_GT(told_[TransitionOutcome::kTransitioned], 100);
    EXPECT_GT(told_[TransitionOutcome::kFenceMissEpoch], 0);
    EXPECT_GT(told_[TransitionOutcome::kFenceMissSession], 0);
    EXPECT_GT(overlapping_, 0);
  }

 private:
  std::map<TransitionOutcome, int> told_;
  int overlapping_ = 0;
};

TEST(Linearizable, PostgresWithSeveralConnections) {
  Rounds rounds;
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
    store_pg_test::Database database;
    PgOptions options = database.Options();
    options.clock = StandingStill;
    const auto store = PgStore::Connect(options).value();
    const Played played = PlayClients([&](int) -> LifecycleStore& { return *store; }, kClients,
                                      kWorkers, kCalls, seed);
    rounds.Judge(played, seed);
  }
}

// Observers make it use the other form of its statements.
TEST(Linearizable, PostgresWithObservers) {
  class Nobody : public EventObserver {
   public:
    void On(const Event&) override {}
  } nobody;
  Rounds rounds;
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
    store_pg_test::Database database;
    std::vector<std::unique_ptr<PgStore>> stores;
    for (int i = 0; i < kClients; ++i) {
      PgOptions options = database.Options();
      options.clock = StandingStill;
      options.observer = &nobody;
      options.pool_size = 1;
      stores.push_back(PgStore::Connect(options).value());
    }
    const Played played = PlayClients([&](int i) -> LifecycleStore& { return *stores[i]; },
                                      kClients, kWorkers, kCalls, seed);
    rounds.Judge(played, seed);
  }
}

TEST(Linearizable, SqliteWithSeveralConnectionsToOneFile) {
  Rounds rounds;
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
    const store_sqlite_test::Folder folder;
    std::vector<std::unique_ptr<SqliteStore>> stores;
    for (int i = 0; i < kClients; ++i) {
      SqliteOptions options;
      options.path = folder.File("store");
      options.synchronous = SqliteSynchronous::kOff;
      options.clock = StandingStill;
      stores.push_back(SqliteStore::Open(options).value());
    }
    const Played played = PlayClients([&](int i) -> LifecycleStore& { return *stores[i]; },
                                      kClients, kWorkers, kCalls, seed);
    rounds.Judge(played, seed);
  }
}

// ---- What is wrong is seen ---------------------------------------------------------------------

class Falsified : public testing::Test {
 protected:
  Falsified() {
    SqliteOptions options;
    options.path = ":memory:";
    options.clock = StandingStill;
    store_ = SqliteStore::Open(options).value();
    played_ = PlayClients([this](int) -> LifecycleStore& { return *store_; }, 1, 1, 60, 7);
  }
  RecordedCall& FirstLanded(Operation operation) {
    for (RecordedCall& call : played_.history) {
      if (call.request.has_value() && call.request->operation == operation &&
          call.outcome == TransitionOutcome::kTransitioned) {
        return call;
      }
    }
    throw std::runtime_error("the history has no such call");
  }
  std::string Verdict() {
    return WhyNotLinearizable(played_.history, played_.initial, StandingStill());
  }

  std::unique_ptr<SqliteStore> store_;
  Played played_;
};

TEST_F(Falsified, NotAtAllItIsLinearizable) { EXPECT_EQ(Verdict(), ""); }

TEST_F(Falsified, ALandedTransitionThatIsDeniedIsSeen) {
  FirstLanded(Operation::kRefreshLease).outcome = TransitionOutcome::kFenceMissEpoch;
  EXPECT_THAT(Verdict(), HasSubstr("no order of these calls explains their results"));
}

TEST_F(Falsified, ARowThatNeverWasIsSeen) {
  RecordedCall& call = FirstLanded(Operation::kStampCredentials);
  call.row->revision = Next(call.row->revision);
  EXPECT_THAT(Verdict(), HasSubstr("none of these fits"));
}

TEST_F(Falsified, ATransitionThatIsToldTwiceIsSeen) {
  played_.history.push_back(FirstLanded(Operation::kRefreshLease));
  RecordedCall& again = played_.history.back();
  again.request->id.sequence += 1'000'000;
  again.span = {again.span.returned + 1'000'000, again.span.returned + 1'000'001};
  EXPECT_NE(Verdict(), "");
}

}  // namespace
}  // namespace fencepost::store_differential
