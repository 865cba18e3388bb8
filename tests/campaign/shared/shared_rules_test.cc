// The rules of a campaign, on both engines: who runs what, and what counts.
#include "campaign/shared/shared_campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "campaign/shared/open_database.h"
#include "tests/campaign/shared/places.h"

namespace fencepost::campaign {
namespace {

using testing::HasSubstr;

CampaignIdentity Identity() {
  CampaignIdentity identity;
  identity.scenarios = {{"first", "workers=2"}, {"second", ""}};
  identity.strategy = "random-walk";
  identity.revision = "abc";
  return identity;
}

class SharedRules : public SharedPlaces {
 protected:
  absl::StatusOr<std::unique_ptr<SharedCampaign>> TryJoin(const CampaignIdentity& identity,
                                                          SeedRange seeds = {1, 25}) {
    auto database = OpenDatabase(Place());
    if (!database.ok()) return database.status();
    SharedCampaign::Options options;
    options.seeds = seeds;
    options.range_seeds = 10;
    options.claim_time = absl::Hours(1);  // no claim runs out unless the test says so
    return SharedCampaign::Join(*std::move(database), identity, options);
  }

  std::unique_ptr<SharedCampaign> Join(SeedRange seeds = {1, 25}) {
    auto campaign = TryJoin(Identity(), seeds);
    EXPECT_TRUE(campaign.ok()) << campaign.status();
    return *std::move(campaign);
  }

  // Every claim runs out at once.
  void LoseClaims() { Sql("UPDATE seed_range SET claimed_until = 1 WHERE finished = 0"); }
};

RangeResult ResultOf(const RangeClaim& claim) {
  RangeResult result;
  result.tally.executions = claim.seeds.last - claim.seeds.first + 1;
  result.tally.digest = UINT64_MAX - claim.seeds.first;
  result.tally.virtual_time = absl::Seconds(1);
  result.tally.probes = {{"often", 5}, {"never", 0}};
  return result;
}

RangeClaim ClaimOne(SharedCampaign& campaign, std::uint64_t plateau = 0) {
  const auto answer = campaign.Claim(plateau);
  EXPECT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->claim.has_value());
  return answer->claim.value_or(RangeClaim());
}

TEST_P(SharedRules, HandsOutEveryRangeOnceTheScenariosInTurn) {
  const auto campaign = Join();
  std::vector<std::string> order;
  for (int i = 0; i < 6; ++i) {
    const RangeClaim claim = ClaimOne(*campaign);
    order.push_back(std::to_string(claim.scenario) + ": " + std::to_string(claim.seeds.first) +
                    ".." + std::to_string(claim.seeds.last));
    EXPECT_EQ(claim.attempt, 1U);
    EXPECT_TRUE(campaign->Finish(claim, ResultOf(claim)).value());
  }
  EXPECT_TRUE(campaign->Claim(0)->over);
  EXPECT_EQ(order, (std::vector<std::string>{"0: 1..10", "1: 1..10", "0: 11..20", "1: 11..20",
                                             "0: 21..25", "1: 21..25"}));
  const auto summary = campaign->Summary();
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_TRUE(summary->finished());
  for (const auto& scenario : summary->scenarios) {
    EXPECT_EQ(scenario.tally.executions, 25U);
    EXPECT_EQ(scenario.tally.virtual_time, absl::Seconds(3));
    EXPECT_EQ(scenario.tally.probes, (ProbeHits{{"often", 15}}));
  }
}

// Ten comes after nine, for numbers of ranges, for seeds and for scenarios.
TEST_P(SharedRules, KeepsTheOrderOfNumbers) {
  CampaignIdentity identity = Identity();
  for (const char* name : {"3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}) {
    identity.scenarios.push_back({name, ""});
  }
  const auto campaign = TryJoin(identity, {1, 120});
  ASSERT_TRUE(campaign.ok()) << campaign.status();
  std::vector<Tally> tallies(12);
  for (std::uint64_t number = 0; number < 12; ++number) {
    for (std::size_t scenario = 0; scenario < 12; ++scenario) {
      RangeClaim claim = ClaimOne(**campaign);
      EXPECT_EQ(claim.number, number);
      EXPECT_EQ(claim.scenario, scenario);
      if (number % 5 == 0) {  // lost ones come first, and in their order
        LoseClaims();
        claim = ClaimOne(**campaign);
        EXPECT_EQ(claim.number, number);
        EXPECT_EQ(claim.scenario, scenario);
      }
      RangeResult result = ResultOf(claim);
      result.findings = {{.property = "p",
                          .shape = std::to_string(number),
                          .seed = claim.seeds.first,
                          .replay = ""}};
      tallies[scenario].Add(result.tally);
      EXPECT_TRUE((*campaign)->Finish(claim, result).value());
    }
  }
  const auto summary = (*campaign)->Summary();
  ASSERT_TRUE(summary.ok()) << summary.status();
  for (std::size_t scenario = 0; scenario < 12; ++scenario) {
    EXPECT_EQ(summary->scenarios[scenario].tally.digest, tallies[scenario].digest);
  }
  ASSERT_EQ(summary->findings.size(), 144U);
  EXPECT_TRUE(std::is_sorted(summary->findings.begin(), summary->findings.end(),
                             [](const SharedFinding& a, const SharedFinding& b) {
                               return std::pair(a.scenario, a.seed) < std::pair(b.scenario, b.seed);
                             }));
}

TEST_P(SharedRules, TellsThatOthersHoldTheLastRanges) {
  const auto campaign = Join({1, 5});
  ClaimOne(*campaign);
  ClaimOne(*campaign);
  const auto answer = campaign->Claim(0);
  EXPECT_FALSE(answer->claim);
  EXPECT_FALSE(answer->over);
  EXPECT_GT(answer->next_deadline, absl::Minutes(59));
}

TEST_P(SharedRules, ReachesTheLargestSeed) {
  const auto campaign = Join({UINT64_MAX - 11, UINT64_MAX});
  std::vector<SeedRange> seeds;
  for (int i = 0; i < 4; ++i) seeds.push_back(ClaimOne(*campaign).seeds);
  EXPECT_EQ(seeds[0].first, UINT64_MAX - 11);
  EXPECT_EQ(seeds[0].last, UINT64_MAX - 2);
  EXPECT_EQ(seeds[2].first, UINT64_MAX - 1);
  EXPECT_EQ(seeds[2].last, UINT64_MAX);
  EXPECT_FALSE(campaign->Claim(0)->claim);
}

TEST_P(SharedRules, ALostRangeIsClaimedAgainAndOnlyItsLastAttemptCounts) {
  const auto paused = Join();
  const auto alive = Join();
  const RangeClaim old = ClaimOne(*paused);
  LoseClaims();
  const RangeClaim again = ClaimOne(*alive);
  EXPECT_EQ(again.scenario, old.scenario);
  EXPECT_EQ(again.number, old.number);
  EXPECT_EQ(again.attempt, 2U);

  EXPECT_FALSE(paused->Renew(old).value());
  EXPECT_TRUE(paused->Release(old).ok());
  EXPECT_FALSE(paused->Finish(old, ResultOf(old)).value());
  EXPECT_EQ(alive->Summary()->scenarios[0].tally.executions, 0U);

  EXPECT_TRUE(alive->Renew(again).value()) << "the release of the old attempt took nothing away";
  EXPECT_TRUE(alive->Finish(again, ResultOf(again)).value());
  EXPECT_FALSE(paused->Finish(old, ResultOf(old)).value());
  EXPECT_EQ(alive->Summary()->scenarios[0].tally.executions, 10U);
}

// The reply to a commit may be lost with the connection: the same end comes once more.
TEST_P(SharedRules, AnEndThatComesTwiceCountsOnce) {
  const auto campaign = Join();
  const RangeClaim claim = ClaimOne(*campaign);
  EXPECT_TRUE(campaign->Finish(claim, ResultOf(claim)).value());
  EXPECT_TRUE(campaign->Finish(claim, ResultOf(claim)).value());
  EXPECT_EQ(campaign->Summary()->scenarios[0].tally.executions, 10U);
  EXPECT_EQ(campaign->Summary()->scenarios[0].tally.probes.at("often"), 5U);
}

TEST_P(SharedRules, AnExpiredClaimThatNobodyTookIsStillGood) {
  const auto campaign = Join();
  const RangeClaim claim = ClaimOne(*campaign);
  LoseClaims();
  EXPECT_TRUE(campaign->Renew(claim).value());
  EXPECT_TRUE(campaign->Finish(claim, ResultOf(claim)).value());
}

TEST_P(SharedRules, ARangeGivenBackIsFreeAtOnceAndNoLoss) {
  const auto campaign = Join();
  for (std::uint64_t attempt = 1; attempt < 3 * SharedCampaign::kMostLosses; ++attempt) {
    const RangeClaim claim = ClaimOne(*campaign);
    EXPECT_EQ(claim.number, 0U);
    EXPECT_EQ(claim.attempt, attempt);
    ASSERT_TRUE(campaign->Release(claim).ok());
  }
}

TEST_P(SharedRules, ARangeThatEndsWorkerAfterWorkerIsGivenUp) {
  const auto campaign = Join({1, 10});
  for (std::uint64_t lost = 0; lost < SharedCampaign::kMostLosses; ++lost) {
    EXPECT_EQ(ClaimOne(*campaign).scenario, 0U);
    EXPECT_TRUE(campaign->Summary()->scenarios[0].given_up.empty());
    LoseClaims();
  }
  EXPECT_EQ(ClaimOne(*campaign).scenario, 1U);
  const auto summary = campaign->Summary();
  ASSERT_EQ(summary->scenarios[0].given_up.size(), 1U);
  EXPECT_EQ(summary->scenarios[0].given_up[0].last, 10U);
  EXPECT_FALSE(campaign->Claim(0)->over) << "the other scenario is under way";
}

TEST_P(SharedRules, FindingsAreKeptOncePerPropertyAndShapeWithTheLowestSeed) {
  const auto campaign = Join();
  const auto bring = [&campaign](std::vector<SharedFinding> findings) {
    const RangeClaim claim = ClaimOne(*campaign);
    RangeResult result = ResultOf(claim);
    for (const SharedFinding& finding : findings) ++result.failures[finding.property];
    result.findings = std::move(findings);
    EXPECT_TRUE(campaign->Finish(claim, result).value());
  };
  const auto finding = [](std::string property, std::string shape, std::uint64_t seed) {
    return SharedFinding{.property = std::move(property),
                         .shape = std::move(shape),
                         .seed = seed,
                         .replay = "replay of " + std::to_string(seed)};
  };
  bring({finding("p", "a", 7)});
  bring({finding("p", "a", 1)});                        // of the other scenario
  bring({finding("p", "a", 3), finding("p", "b", 2)});  // lower
  bring({});
  bring({finding("p", "a", 24), finding("q", "a", UINT64_MAX)});
  const auto summary = campaign->Summary();
  std::vector<std::string> kept;
  for (const SharedFinding& one : summary->findings) {
    kept.push_back(std::to_string(one.scenario) + one.property + one.shape + " seen " +
                   std::to_string(one.seen) + ", " + one.replay);
  }
  EXPECT_EQ(kept, (std::vector<std::string>{"0pb seen 1, replay of 2", "0pa seen 3, replay of 3",
                                            "0qa seen 1, replay of 18446744073709551615",
                                            "1pa seen 1, replay of 1"}));
  EXPECT_EQ(summary->failures, 6U);
}

TEST_P(SharedRules, CoverageIsMergedAndAPlateauIsEverybodys) {
  const auto one = Join({1, 100});
  const auto other = Join({1, 100});
  const auto bring = [](SharedCampaign& campaign, std::set<std::string> points) {
    const RangeClaim claim = ClaimOne(campaign, 20);
    EXPECT_EQ(claim.scenario, 0U);
    RangeResult result = ResultOf(claim);
    result.coverage = std::move(points);
    EXPECT_TRUE(campaign.Finish(claim, result).value());
  };
  Sql("UPDATE scenario SET next_range = 10 WHERE place = 1");  // only the first one counts here
  bring(*one, {"a", "b"});
  bring(*other, {"a"});
  bring(*one, {"b", "c"});
  bring(*other, {"a", "c"});
  EXPECT_EQ(one->Summary()->scenarios[0].points, 3U);
  EXPECT_EQ(one->Summary()->scenarios[0].since_new, 10U);
  bring(*one, {});
  EXPECT_TRUE(other->Claim(20)->over);
  EXPECT_TRUE(other->Claim(21)->claim) << "who has more patience goes on";
}

TEST_P(SharedRules, AnotherCampaignIsRefusedWithTheDifference) {
  Join();
  const auto refusal = [this](const std::function<void(CampaignIdentity&)>& change) {
    CampaignIdentity other = Identity();
    change(other);
    return std::string(TryJoin(other).status().message());
  };
  EXPECT_THAT(refusal([](auto& other) { other.revision = "def"; }),
              HasSubstr("holds another campaign: its revision is abc, not def; give another"));
  EXPECT_THAT(refusal([](auto& other) { other.strategy = "pct"; }),
              HasSubstr("its strategy is random-walk, not pct"));
  EXPECT_THAT(refusal([](auto& other) { other.scenarios[0].parameters = "workers=3"; }),
              HasSubstr("its parameters of scenario first are \"workers=2\", not \"workers=3\""));
  EXPECT_THAT(refusal([](auto& other) { other.scenarios.pop_back(); }),
              HasSubstr("it also runs the scenario second"));
  EXPECT_THAT(refusal([](auto& other) {
                other.scenarios.push_back({"third", ""});
              }),
              HasSubstr("it does not run the scenario third"));
  EXPECT_THAT(refusal([](auto& other) {
                other.seeds = SeedRange{1, 26};
              }),
              HasSubstr("its seeds are 1..25, not 1..26"));
  EXPECT_THAT(refusal([](auto& other) { other.conform = true; }),
              HasSubstr("it does not judge conformance: leave out --conform"));
  EXPECT_THAT(refusal([](auto& other) { other.range_seeds = 11; }),
              HasSubstr("its ranges have 10 seeds, not 11"));
  EXPECT_EQ(refusal([](auto& other) { std::swap(other.scenarios[0], other.scenarios[1]); }), "");
}

TEST_P(SharedRules, AnotherVersionIsRefused) {
  Join();
  Sql("UPDATE campaign_version SET version = 4");
  EXPECT_THAT(std::string(TryJoin(Identity()).status().message()),
              HasSubstr("has version 4, made by a newer program; this one knows version 3"));
}

// Every worker has a connection of its own, as processes have.
TEST_P(SharedRules, WorkersThatComeAtOnceNeverGetTheSameRange) {
  constexpr std::uint64_t kRanges = 30;
  std::vector<std::unique_ptr<SharedCampaign>> workers;
  for (int i = 0; i < 6; ++i) workers.push_back(Join({1, 10 * kRanges}));
  std::vector<std::vector<std::pair<std::size_t, std::uint64_t>>> got(workers.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    threads.emplace_back([&workers, &got, i] {
      while (true) {
        const auto answer = workers[i]->Claim(0);
        ASSERT_TRUE(answer.ok()) << answer.status();
        if (!answer->claim) return;
        got[i].emplace_back(answer->claim->scenario, answer->claim->number);
        RangeResult result = ResultOf(*answer->claim);
        result.coverage = {"a", "b"};
        ASSERT_TRUE(workers[i]->Finish(*answer->claim, result).value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::pair<std::size_t, std::uint64_t>> all;
  for (const auto& own : got) all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end()) << "a range was claimed twice";
  EXPECT_EQ(all.size(), 2 * kRanges);
  const auto summary = workers[0]->Summary();
  EXPECT_TRUE(summary->finished());
  EXPECT_EQ(summary->scenarios[0].tally.executions, 10 * kRanges);
}

ON_BOTH_ENGINES(SharedRules);

}  // namespace
}  // namespace fencepost::campaign
