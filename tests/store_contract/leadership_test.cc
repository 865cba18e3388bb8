// Leadership: one leader at a time, and a term that rises with every change.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(15);
const CpId kFirst("cp-1");
const CpId kSecond("cp-2");

void ExpectLeader(const LeadershipReply& reply, bool leads, const CpId& leader, std::int64_t term,
                  absl::Time until) {
  EXPECT_EQ(reply.leads, leads);
  EXPECT_EQ(reply.leader, leader);
  EXPECT_EQ(reply.term, Term{term});
  EXPECT_EQ(reply.until, until);
}

TEST_P(StoreContract, LeadershipIsTakenExtendedAndRefused) {
  ExpectLeader(store.AcquireLeadership(kFirst, kTtl).value(), true, kFirst, 1, now + kTtl);
  const absl::Time until = now + kTtl;
  Advance(absl::Seconds(1));
  ExpectLeader(store.AcquireLeadership(kSecond, kTtl).value(), false, kFirst, 1, until);
  ExpectLeader(store.AcquireLeadership(kFirst, kTtl).value(), true, kFirst, 1, now + kTtl);
}

TEST_P(StoreContract, ARunOutLeadershipGoesToWhoeverAsksInANewTerm) {
  ASSERT_TRUE(store.AcquireLeadership(kFirst, kTtl)->leads);
  Advance(kTtl - absl::Microseconds(1));
  EXPECT_FALSE(store.AcquireLeadership(kSecond, kTtl)->leads);
  Advance(absl::Microseconds(1));
  ExpectLeader(store.AcquireLeadership(kSecond, kTtl).value(), true, kSecond, 2, now + kTtl);
  ExpectLeader(store.AcquireLeadership(kFirst, kTtl).value(), false, kSecond, 2, now + kTtl);
  Advance(kTtl);
  ExpectLeader(store.AcquireLeadership(kSecond, kTtl).value(), true, kSecond, 3, now + kTtl);
}

TEST_P(StoreContract, OnlyTheLeaderOfTheTermResigns) {
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{1}).ok()) << "nobody leads: harmless";
  ASSERT_TRUE(store.AcquireLeadership(kFirst, kTtl)->leads);
  EXPECT_TRUE(store.ResignLeadership(kSecond, Term{1}).ok());
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{2}).ok());
  EXPECT_FALSE(store.AcquireLeadership(kSecond, kTtl)->leads);
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{1}).ok());
  ExpectLeader(store.AcquireLeadership(kFirst, kTtl).value(), true, kFirst, 2, now + kTtl);
}

}  // namespace
}  // namespace fencepost::store_contract
