// Several processes of the built command share one campaign, and some of them are killed: in the
// end every seed has been run, and none has been counted twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/campaign/shared/gate.h"
#include "tests/campaign/shared/places.h"
#include "tests/cli/command.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class SharedCampaign : public SharedPlaces {
 protected:
  // `fencepost fuzz SCENARIO --campaign …` of this test's place.
  std::vector<std::string> Fuzz(const std::string& scenario, std::vector<std::string> more,
                                const std::string& place = "campaign") {
    std::vector<std::string> arguments = {"fuzz", scenario, "--campaign", Place(place)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  Json RunJson(const std::string& scenario, std::vector<std::string> more,
               const std::string& place = "campaign") {
    more.push_back("--json");
    const CommandResult result = Planted(Fuzz(scenario, std::move(more), place));
    EXPECT_EQ(result.err, "");
    return Json::parse(result.out);
  }
};

// What must not depend on who ran what.
Json Outcome(const Json& report) {
  Json outcome = report["scenarios"];
  outcome.push_back(report["probes"]);
  outcome.push_back(report["failed_executions"]);
  return outcome;
}

// 60 ranges. Three workers are held in the middle of one each: two are killed there, while the
// others work, and the claims of the dead run out after 300 ms. The third is cut off: its claim is
// taken from it, its range is run by another worker, and only then does it go on and deliver.
TEST_P(SharedCampaign, EverySeedIsFinishedOnceThoughWorkersAreKilled) {
  const auto worker = [this](const std::string& claim_time, const std::string& jobs) {
    return Fuzz("gated", {"--seeds", "1..3000", "--range-seeds", "50", "--json", "--claim-time",
                          claim_time, "--jobs", jobs});
  };
  std::deque<Gate> gates;
  std::deque<RunningCommand> held;
  const auto hold = [&](int execution, const std::vector<std::string>& arguments) {
    const std::string name = "held-" + std::to_string(execution);
    Gate& gate = gates.emplace_back(name, execution);
    held.emplace_back(FENCEPOST_PLANTED, arguments, name,
                      std::vector<std::string>{gate.Variable()});
    // One after the other: a fast one would leave nothing to the slow.
    gate.AwaitArrival();
  };
  hold(120, worker("300ms", "2"));
  hold(275, worker("300ms", "2"));
  hold(333, worker("1h", "1"));
  // The two that live on by their renewals have theirs back in a moment.
  Sql("UPDATE seed_range SET claimed_until = 1 WHERE finished = 0");
  std::deque<RunningCommand> healthy;
  for (const char* name : {"healthy-1", "healthy-2"}) {
    healthy.emplace_back(FENCEPOST_PLANTED, worker("300ms", "2"), name);
  }
  held[0].Kill();
  held[1].Kill();
  for (RunningCommand& one : healthy) {
    const CommandResult result = one.Wait();
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(Json::parse(result.out)["finished"], true);
  }
  gates[2].Open();
  const CommandResult late = held[2].Wait();
  EXPECT_EQ(late.exit_code, 1) << late.err;
  EXPECT_GE(Json::parse(late.out)["ranges_lost_here"], 1);

  EXPECT_EQ(Value("SELECT CAST(COUNT(*) AS text) FROM seed_range"), "60");
  EXPECT_EQ(Value("SELECT CAST(SUM(finished) AS text) FROM seed_range"), "60");
  EXPECT_EQ(Value("SELECT CAST(SUM(executions) AS text) FROM seed_range"), "3000");
  EXPECT_EQ(Value("SELECT CAST(executions AS text) FROM scenario"), "3000");
  EXPECT_EQ(Value("SELECT CAST(hits AS text) FROM probe"), "3000");

  // The same campaign, run by one worker in peace, comes to the same.
  const Json shared = RunJson("gated", {});
  EXPECT_EQ(shared["was_finished"], true);
  const Json alone =
      RunJson("gated", {"--seeds", "1..3000", "--range-seeds", "50", "--jobs", "1"}, "alone");
  EXPECT_EQ(Outcome(shared), Outcome(alone));
}

// About half of the executions fail, in very few shapes.
TEST_P(SharedCampaign, FindingsOfAllWorkersAreKeptOnceAndCanBeReplayed) {
  std::deque<RunningCommand> workers;
  for (const char* name : {"1", "2", "3"}) {
    workers.emplace_back(FENCEPOST_PLANTED,
                         Fuzz("lost-update", {"--seed-count", "2000", "--range-seeds", "40",
                                              "--jobs", "1", "--json"}),
                         name);
  }
  for (RunningCommand& worker : workers) EXPECT_EQ(worker.Wait().exit_code, 1);
  const Json report = RunJson("lost-update", {"--replay-dir", "found"});
  EXPECT_GT(report["failed_executions"], 400);
  std::set<std::string> shapes;
  std::uint64_t seen = 0;
  for (const Json& finding : report["findings"]) {
    EXPECT_EQ(finding["property"], "no-lost-update");
    EXPECT_TRUE(shapes.insert(finding["shape"]).second);
    seen += finding["seen"].get<std::uint64_t>();
    const CommandResult replay = Planted({"replay", finding["replay"]});
    EXPECT_EQ(replay.exit_code, 1) << replay.err;
    EXPECT_THAT(replay.out, HasSubstr("the same run as recorded"));
  }
  EXPECT_GE(shapes.size(), 1U);
  EXPECT_LE(shapes.size(), 6U);
  EXPECT_GE(seen, 50U) << "each of 50 ranges has shrunk at least one failure";
}

TEST_P(SharedCampaign, AFinishedCampaignSaysSoAndKeepsItsVerdict) {
  const std::vector<std::string> clean = {"--guarded", "1", "--seed-count", "100"};
  EXPECT_EQ(Planted(Fuzz("lost-update", clean)).exit_code, 0);
  const CommandResult again = Planted(Fuzz("lost-update", clean));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.out, HasSubstr("was finished already: there was nothing to run"));
  EXPECT_THAT(again.out, HasSubstr("clean: no property was broken in 100 executions"));

  EXPECT_EQ(Planted(Fuzz("lost-update", {"--seed-count", "100"}, "broken")).exit_code, 1);
  const CommandResult broken = Planted(Fuzz("lost-update", {}, "broken"));
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.out, HasSubstr("was finished already"));
  EXPECT_THAT(broken.out, HasSubstr("property broken: no-lost-update"));
}

// A range of ten takes no measurable time, even on a busy machine.
TEST_P(SharedCampaign, StopsByTimeAndGoesOnLater) {
  const Json first =
      RunJson("lost-update", {"--guarded", "1", "--range-seeds", "10", "--time", "300ms"});
  EXPECT_EQ(first["exit_code"], 0);
  EXPECT_EQ(first["finished"], false);
  EXPECT_EQ(first["scenarios"][0]["stopped_by"], "time");
  const std::uint64_t before = first["executions"];
  const CommandResult second = Planted(Fuzz("lost-update", {"--guarded", "1", "--time", "300ms"}));
  EXPECT_THAT(second.out, HasSubstr("goes on"));
  EXPECT_GT(RunJson("lost-update", {"--guarded", "1", "--time", "1ms"})["executions"], before);
  EXPECT_EQ(Value("SELECT CAST(COUNT(*) AS text) FROM seed_range"
                  " WHERE finished = 0 AND claimed_until > 0"),
            "0")
      << "what was not finished was given back";
}

TEST_P(SharedCampaign, StopsOnAPlateauOfAllWorkers) {
  const Json report = RunJson("unreached", {"--plateau", "300", "--range-seeds", "50"});
  EXPECT_EQ(report["scenarios"][0]["stopped_by"], "plateau");
  EXPECT_EQ(report["scenarios"][0]["coverage_points"], 2);
  EXPECT_GE(report["executions"], 300);
  EXPECT_LT(report["executions"], 1000);
  const Json again = RunJson("unreached", {"--plateau", "300"});
  EXPECT_EQ(again["executions"], report["executions"]) << "the plateau is the campaign's";
}

// An execution that ends its process is lost with it, and would be so for every worker.
TEST_P(SharedCampaign, GivesUpARangeThatEndsEveryWorker) {
  const std::vector<std::string> more = {"--seeds", "1..20", "--range-seeds", "20",
                                         "--jobs",  "1",     "--claim-time",  "100ms"};
  for (int worker = 1; worker <= 5; ++worker) {
    EXPECT_THAT(Planted(Fuzz("dies", more)).err, HasSubstr("the code crashed with SIGABRT"));
  }
  const CommandResult last = Planted(Fuzz("dies", more));
  EXPECT_EQ(last.exit_code, 4);
  EXPECT_THAT(last.out, HasSubstr("given up after 5 workers ended while running them: dies seeds "
                                  "1..20"));
}

TEST_P(SharedCampaign, RefusesWhatDoesNotFit) {
  ASSERT_EQ(Planted(Fuzz("unreached", {"--seed-count", "10"})).exit_code, 0);
  const auto error = [this](const std::string& scenario, const std::vector<std::string>& more) {
    const CommandResult result = Planted(Fuzz(scenario, more));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    return result.err;
  };
  EXPECT_THAT(error("lost-update", {}), HasSubstr("it does not run the scenario lost-update"));
  EXPECT_THAT(error("unreached", {"--strategy", "pct"}),
              HasSubstr(", not pct; give another place"));
  EXPECT_THAT(error("unreached", {"--seed-count", "11"}), HasSubstr("its seeds are 1..10"));
  EXPECT_THAT(error("unreached", {"--shard", "1/2"}), HasSubstr("leave out --shard"));
  EXPECT_THAT(error("unreached", {"--shrink-time", "none"}), HasSubstr("shrunk shape"));
  EXPECT_THAT(error("unreached", {"--range-seeds", "1"}), HasSubstr("from 2 to"));
  EXPECT_THAT(error("unreached", {"--claim-time", "1ms"}), HasSubstr("at least 100ms"));
  EXPECT_THAT(error("unreached", {"--seeds", "1..2", "--seed-count", "3"}),
              HasSubstr("give only one of --seeds and --seed-count"));
  Sql("UPDATE campaign_version SET version = 99");
  EXPECT_THAT(error("unreached", {}), HasSubstr("made by a newer program"));
  Sql("UPDATE campaign_version SET product = 'something else'");
  EXPECT_THAT(error("unreached", {}), HasSubstr("left alone"));
}

ON_BOTH_ENGINES(SharedCampaign);

class SharedCampaignOnPostgres : public SharedCampaign {};

TEST_P(SharedCampaignOnPostgres, NoPasswordIsPrinted) {
  const std::vector<std::string> more = {"--seed-count", "10"};
  for (const std::string& place :
       {Place() + "&password=geheim", std::string("postgres://me:geheim@nowhere.invalid/db")}) {
    for (const char* how : {"--json", "--ascii"}) {
      const CommandResult result =
          Planted({"fuzz", "lost-update", "--campaign", place, "--seed-count", "10", how});
      EXPECT_THAT(result.out + result.err, Not(HasSubstr("geheim")));
    }
  }
}

// A worker in the middle of a range finds its connection gone when it delivers.
TEST_P(SharedCampaignOnPostgres, ALostConnectionIsOpenedAnew) {
  Gate gate("held", 120);
  RunningCommand worker(
      FENCEPOST_PLANTED,
      Fuzz("gated", {"--guarded", "1", "--seeds", "1..500", "--range-seeds", "50", "--json"}),
      "worker", {gate.Variable()});
  gate.AwaitArrival();
  LoseConnections();
  gate.Open();
  const CommandResult result = worker.Wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const Json report = Json::parse(result.out);
  EXPECT_EQ(report["finished"], true);
  EXPECT_EQ(report["executions"], 500);
  EXPECT_EQ(report["executions_here"], 500);
}

TEST_P(SharedCampaignOnPostgres, AForeignSchemaIsLeftAlone) {
  Sql("CREATE SCHEMA fencepost_campaign CREATE TABLE kept (a int)");
  const CommandResult result = Planted(Fuzz("unreached", {}));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("that is not this program's; it is left alone"));
}

INSTANTIATE_TEST_SUITE_P(On, SharedCampaignOnPostgres, testing::Values(Engine::kPostgres),
                         EngineName);

class SharedCampaignOnSqlite : public SharedCampaign {};

TEST_P(SharedCampaignOnSqlite, AForeignOrDamagedFileIsLeftAlone) {
  const auto error = [this] {
    const CommandResult result = Planted(Fuzz("unreached", {}));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    return result.err;
  };
  WriteFile(Place(), "no database, but long enough to look at its first page with some care");
  EXPECT_THAT(error(), HasSubstr("is not a SQLite database"));
  WriteFile(Place(), "");
  Sql("CREATE TABLE kept (a)");
  EXPECT_THAT(error(), HasSubstr("it is the SQLite database of another program"));

  WriteFile(Place(), "");
  ASSERT_EQ(Planted(Fuzz("unreached", {"--seed-count", "200", "--range-seeds", "2"})).exit_code, 0);
  std::string damaged = ReadFile(Place());
  ASSERT_GT(damaged.size(), 16384U);
  damaged.replace(4096, 8192, 8192, 'x');
  WriteFile(Place(), damaged);
  EXPECT_THAT(error(), HasSubstr(Place()));
}

INSTANTIATE_TEST_SUITE_P(On, SharedCampaignOnSqlite, testing::Values(Engine::kSqlite), EngineName);

}  // namespace
}  // namespace fencepost::campaign
