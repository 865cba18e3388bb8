// Leadership: one leader at a time, and a term that rises with every change.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

constexpr absl::Duration kLeaderTtl = absl::Seconds(15);
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
  ExpectLeader(store.AcquireLeadership(kFirst, kLeaderTtl).value(), true, kFirst, 1,
               now + kLeaderTtl);
  const absl::Time until = now + kLeaderTtl;
  Advance(absl::Seconds(1));
  ExpectLeader(store.AcquireLeadership(kSecond, kLeaderTtl).value(), false, kFirst, 1, until);
  ExpectLeader(store.AcquireLeadership(kFirst, kLeaderTtl).value(), true, kFirst, 1,
               now + kLeaderTtl);
}

TEST_P(StoreContract, ARunOutLeadershipGoesToWhoeverAsksInANewTerm) {
  ASSERT_TRUE(store.AcquireLeadership(kFirst, kLeaderTtl)->leads);
  Advance(kLeaderTtl - absl::Microseconds(1));
  EXPECT_FALSE(store.AcquireLeadership(kSecond, kLeaderTtl)->leads);
  Advance(absl::Microseconds(1));
  ExpectLeader(store.AcquireLeadership(kSecond, kLeaderTtl).value(), true, kSecond, 2,
               now + kLeaderTtl);
  ExpectLeader(store.AcquireLeadership(kFirst, kLeaderTtl).value(), false, kSecond, 2,
               now + kLeaderTtl);
  Advance(kLeaderTtl);
  ExpectLeader(store.AcquireLeadership(kSecond, kLeaderTtl).value(), true, kSecond, 3,
               now + kLeaderTtl);
}

TEST_P(StoreContract, OnlyTheLeaderOfTheTermResigns) {
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{1}).ok()) << "nobody leads: harmless";
  ASSERT_TRUE(store.AcquireLeadership(kFirst, kLeaderTtl)->leads);
  EXPECT_TRUE(store.ResignLeadership(kSecond, Term{1}).ok());
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{2}).ok());
  EXPECT_FALSE(store.AcquireLeadership(kSecond, kLeaderTtl)->leads);
  EXPECT_TRUE(store.ResignLeadership(kFirst, Term{1}).ok());
  ExpectLeader(store.AcquireLeadership(kFirst, kLeaderTtl).value(), true, kFirst, 2,
               now + kLeaderTtl);
}

}  // namespace
}  // namespace fencepost::store_contract
