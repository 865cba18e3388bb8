// The reference, SQLite and PostgreSQL, driven by the same random commands, agree in everything;
// and a store that is wrong in one place is caught, with a sequence that shows it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/world/reference_store.h"
#include "tests/store_differential/difference.h"
#include "tests/store_pg/factory.h"
#include "tests/store_sqlite/factory.h"

namespace fencepost::store_differential {
namespace {

using store_contract::StoreClock;
using store_contract::StoreFactory;
using testing::HasSubstr;

template <class Store>
StoreFactory InMemory(const std::string& name) {
  return {.name = name, .make = [](StoreClock clock, EventObserver* observer) {
            return std::make_shared<Store>(std::move(clock), observer);
          }};
}

StoreFactory Reference() { return InMemory<sim::ReferenceStore>("Reference"); }

TEST(Differential, ThreeStoresAgree) {
  ExpectAgreement({Reference(), store_sqlite_test::SqliteFactory(), store_pg_test::PgFactory()});
}

// ---- What is wrong is caught -------------------------------------------------------------------

class ForgetsToRenew : public sim::ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::vector<SessionHandle>> RenewSessions(
      const CpId& owner, const std::vector<SessionHandle>& sessions, absl::Duration ttl) override {
    return sim::ReferenceStore::RenewSessions(owner, sessions, std::min(ttl, absl::Seconds(40)));
  }
};

class ListsTooEarly : public sim::ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<std::vector<WorkerSnapshot>> ListOrphans(absl::Duration grace,
                                                          std::int64_t limit) override {
    return sim::ReferenceStore::ListOrphans(grace / 2, limit);
  }
};

class RevivesForGood : public sim::ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
  absl::StatusOr<CpState> Heartbeat(const CpId& cp, absl::Duration grace) override {
    return sim::ReferenceStore::Heartbeat(cp, grace + absl::Microseconds(1));
  }
};

// The commands that tell the wrong store from the right one, the fewest that there are.
TEST(Differential, AShorterRenewalIsToldFromALongerOne) {
  const std::vector<StoreFactory> stores = {Reference(), InMemory<ForgetsToRenew>("Wrong")};
  EXPECT_EQ(FirstDifference(stores, {{Do::kMakeHot, 0, 0, 0, 0, 0},
                                     {Do::kOpenSession, 0, 0, 0, 0, 0},
                                     {Do::kRenewSessions, 0, 0, 0, 0, 1}}),
            "");
  EXPECT_THAT(FirstDifference(stores, {{Do::kMakeHot, 0, 0, 0, 0, 0},
                                       {Do::kOpenSession, 0, 0, 0, 0, 0},
                                       {Do::kRenewSessions, 0, 0, 0, 0, 2}}),
              HasSubstr("{Do::kRenewSessions, 0, 0, 0, 0, 2}"));
}

template <class Wrong>
std::string Caught() {
  return Counterexample({Reference(), InMemory<Wrong>("Wrong")});
}

TEST(Differential, CatchesWhatIsWrongAndPrintsItAsCode) {
  EXPECT_THAT(Caught<ForgetsToRenew>(), HasSubstr("{Do::kRenewSessions, "));
  EXPECT_THAT(Caught<ListsTooEarly>(), HasSubstr("EXPECT_EQ(FirstDifference(stores, {"));
  EXPECT_THAT(Caught<RevivesForGood>(), HasSubstr("{Do::kHeartbeat, "));
  EXPECT_EQ(Caught<sim::ReferenceStore>(), "");
}

}  // namespace
}  // namespace fencepost::store_differential
