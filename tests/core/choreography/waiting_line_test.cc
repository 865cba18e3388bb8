// The waiting line: whose turn it is, who is held back, who is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/plane/waiting_line.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WaitingLineTest : public testing::Test {
 protected:
  TicketPtr Make(const std::string& org, const std::string& image = "image-1") {
    auto ticket = std::make_shared<Ticket>();
    ticket->org = Org(org);
    ticket->image = Image(image);
    ticket->deadline = absl::InfiniteFuture();
    return ticket;
  }
  TicketPtr Join(const std::string& org, const std::string& image = "image-1") {
    TicketPtr ticket = Make(org, image);
    EXPECT_TRUE(line.Join(ticket).ok());
    return ticket;
  }
  TicketPtr Take() { return line.TakeNext(now); }
  // Takes the next request, which finds no capacity and waits for the next poll.
  TicketPtr TakeInVain() {
    TicketPtr ticket = Take();
    if (ticket != nullptr) line.Return(ticket, now + absl::Seconds(1), /*lacked_capacity=*/true);
    return ticket;
  }
  // The orgs that get the next turns, each of which ends at once.
  std::vector<std::string> OrgsInTurn() {
    std::vector<std::string> orgs;
    while (const TicketPtr ticket = Take()) {
      orgs.push_back(ticket->org.text());
      line.Finish(*ticket);
    }
    return orgs;
  }

  Config config;
  WaitingLine line{config};
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

TEST_F(WaitingLineTest, WhoComesFirstIsTakenFirst) {
  const TicketPtr first = Join("org-a");
  const TicketPtr second = Join("org-a");
  EXPECT_EQ(Take(), first);
  EXPECT_EQ(Take(), second);
  EXPECT_EQ(Take(), nullptr);
  EXPECT_TRUE(line.empty());
  EXPECT_EQ(line.open(), 2);  // both are being served
}

TEST_F(WaitingLineTest, OrgsTakeTurnsHoweverManyRequestsOneHas) {
  for (int i = 0; i < 4; ++i) Join("org-a");
  Join("org-b");
  Join("org-c");
  EXPECT_THAT(OrgsInTurn(), ElementsAre("org-a", "org-b", "org-c", "org-a", "org-a", "org-a"));
}

TEST_F(WaitingLineTest, WhoWaitsForCapacityHoldsBackThoseBehindOfItsOrgAndImageAlone) {
  const TicketPtr first = Join("org-a");
  ASSERT_EQ(TakeInVain(), first);
  Join("org-a");
  const TicketPtr other_image = Join("org-a", "image-2");
  const TicketPtr other_org = Join("org-b");
  EXPECT_EQ(Take(), other_image);
  EXPECT_EQ(Take(), other_org);
  EXPECT_EQ(Take(), nullptr);
}

TEST_F(WaitingLineTest, WhatBecomesFreeGoesToTheFirstAndIsNotSnatchedFromIt) {
  const TicketPtr first = Join("org-a");
  const TicketPtr second = Join("org-a");
  ASSERT_EQ(Take(), first);
  ASSERT_EQ(Take(), second);  // nobody lacked capacity yet: both at once
  line.Return(second, now + absl::Seconds(1), true);
  line.Return(first, now + absl::Seconds(1), true);
  EXPECT_EQ(Take(), nullptr);  // until the poll
  line.CapacityFreed();
  EXPECT_EQ(Take(), first);  // its place is the one that it had
  EXPECT_EQ(Take(), nullptr);
  line.Claimed(*first);
  EXPECT_EQ(Take(), second);  // there may be room for the next one
}

TEST_F(WaitingLineTest, WhoLackedCapacityIsTriedAgainAtThePoll) {
  const TicketPtr first = Join("org-a");
  ASSERT_EQ(TakeInVain(), first);
  EXPECT_EQ(line.NextTime(now), now + absl::Seconds(1));
  now += absl::Seconds(1);
  EXPECT_EQ(Take(), first);
}

// The attempt asked the store before the place became free, and heard of it after.
TEST_F(WaitingLineTest, WhoLookedTooEarlyLooksAgain) {
  const TicketPtr first = Join("org-a");
  ASSERT_EQ(Take(), first);
  line.CapacityFreed();
  line.Return(first, now + absl::Seconds(1), true);
  EXPECT_EQ(Take(), first);
}

TEST_F(WaitingLineTest, WhoRestsForAnotherReasonHoldsNobodyBack) {
  const TicketPtr first = Join("org-a");
  const TicketPtr second = Join("org-a");
  ASSERT_EQ(Take(), first);
  line.Return(first, now + absl::Seconds(1), false);
  EXPECT_EQ(Take(), second);
  line.CapacityFreed();  // is nothing to one that did not lack it
  EXPECT_EQ(Take(), nullptr);
  now += absl::Seconds(1);
  EXPECT_EQ(Take(), first);
}

// Two orgs at the global cap: each place that becomes free goes to the one that waited longer for
// its turn, although both look each time.
TEST_F(WaitingLineTest, ATurnThatGaveNothingDoesNotCount) {
  for (int i = 0; i < 2; ++i) Join("org-a");
  for (int i = 0; i < 2; ++i) Join("org-b");
  while (TakeInVain() != nullptr) {
  }
  std::vector<std::string> served;
  for (int place = 0; place < 4; ++place) {
    line.CapacityFreed();
    const TicketPtr taken = Take();
    ASSERT_NE(taken, nullptr);
    served.push_back(taken->org.text());
    line.Claimed(*taken);
    line.Finish(*taken);
    while (TakeInVain() != nullptr) {
    }
  }
  EXPECT_THAT(served, ElementsAre("org-a", "org-b", "org-a", "org-b"));
}

TEST_F(WaitingLineTest, SoManyAreServedAtOnceAndSoManyOfOneOrg) {
  config.serve_parallelism = 3;
  config.serve_parallelism_per_org = 2;
  for (int i = 0; i < 5; ++i) Join("org-a");
  const TicketPtr first = Take();
  ASSERT_NE(first, nullptr);
  ASSERT_NE(Take(), nullptr);
  EXPECT_EQ(Take(), nullptr);
  Join("org-b");
  Join("org-c");
  EXPECT_EQ(Take()->org, Org("org-b"));
  EXPECT_EQ(Take(), nullptr);
  line.Finish(*first);
  EXPECT_EQ(Take()->org, Org("org-c"));
}

TEST_F(WaitingLineTest, ARequestBeyondABoundIsRefusedWithTheBound) {
  config.open_requests_per_org = 2;
  config.open_requests = 3;
  Join("org-a");
  Take();  // counts while it is being served
  Join("org-a");
  const absl::Status one_org = line.Join(Make("org-a"));
  EXPECT_TRUE(absl::IsResourceExhausted(one_org));
  EXPECT_THAT(std::string(one_org.message()),
              HasSubstr("org-a has 2 open requests; open_requests_per_org allows no more"));
  Join("org-b");
  const absl::Status all = line.Join(Make("org-c"));
  EXPECT_TRUE(absl::IsResourceExhausted(all));
  EXPECT_THAT(std::string(all.message()), HasSubstr("3 open requests; open_requests allows"));
  EXPECT_EQ(line.open(), 3);
}

TEST_F(WaitingLineTest, WhoLeavesHoldsNobodyBackAndWhoIsServedCannotLeave) {
  const TicketPtr first = Join("org-a");
  ASSERT_EQ(TakeInVain(), first);
  const TicketPtr second = Join("org-a");
  line.Leave(first);
  EXPECT_EQ(Take(), nullptr);  // there was no capacity a moment ago
  now += absl::Seconds(1);
  EXPECT_EQ(Take(), second);
  line.Leave(second);
  EXPECT_EQ(line.open(), 1);
}

// The requests behind were never tried, but they waited: they do not race for the next place.
TEST_F(WaitingLineTest, WhoWasHeldBackIsTriedAloneAsWell) {
  const TicketPtr first = Join("org-a");
  ASSERT_EQ(TakeInVain(), first);
  const TicketPtr second = Join("org-a");
  const TicketPtr third = Join("org-a");
  line.CapacityFreed();
  ASSERT_EQ(Take(), first);
  line.Claimed(*first);
  EXPECT_EQ(Take(), second);
  EXPECT_EQ(Take(), nullptr);
  line.Finish(*second);  // its client had gone
  EXPECT_EQ(Take(), third);
}

TEST_F(WaitingLineTest, WhoseDeadlineHasComeIsTakenOut) {
  const TicketPtr first = Join("org-a");
  first->deadline = now + absl::Seconds(2);
  const TicketPtr second = Join("org-b");
  EXPECT_EQ(line.NextTime(now), first->deadline);
  EXPECT_THAT(line.TakeExpired(now), ElementsAre());
  EXPECT_THAT(line.TakeExpired(first->deadline), ElementsAre(first));
  EXPECT_THAT(line.TakeAll(), ElementsAre(second));
  EXPECT_TRUE(line.empty());
  EXPECT_EQ(line.NextTime(now), absl::InfiniteFuture());
}

}  // namespace
}  // namespace fencepost
