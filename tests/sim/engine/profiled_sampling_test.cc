// What the strategies that know where steps meet promise, on programs whose interleavings can be
// counted. Seeds are fixed: a test that passes once passes always.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "sim/engine/engine.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategies/reads_from.h"
#include "sim/engine/strategies/uniform_walk.h"

namespace fencepost::sim {
namespace {

constexpr ObjectId kX = ObjectOf(ObjectKind::kFirstOfTheWorld, 1);
constexpr int kExecutions = 10'000;

// Four standard deviations of a count of `kExecutions` draws with this probability.
double Tolerance(double probability) {
  return 4 * std::sqrt(kExecutions * probability * (1 - probability));
}

// Two tasks; each step appends a letter to `order`, small for one and large for the other. The
// steps of `first` and `second` that are capital or small x touch the object.
struct TwoTasks {
  void operator()() {
    order.clear();
    const TaskId one = Start("one", first);
    const TaskId other = Start("other", second);
    engine.Join(one);
    engine.Join(other);
  }

  TaskId Start(const char* name, const std::string& steps) {
    return engine.Spawn(engine.StartProcess(Label::Of(name)), Label::Of("run"), [this, &steps] {
      for (const char letter : steps) {
        const bool touches = letter == 'x' || letter == 'X';
        const PendingAccess pending = touches ? PendingAccess{kX, Access::kWrite} : PendingAccess{};
        engine.Yield(Label::Of(touches ? "touch" : "work"), Memory::kUntouched, pending);
        order += letter;
      }
    });
  }

  Engine& engine;
  std::string first;
  std::string second;
  std::string order;
};

std::shared_ptr<const ProgramProfile> ProfileOf(Engine& engine, const std::function<void()>& root) {
  Profiler profiler;
  engine.Execute(profiler, std::ref(root));
  return std::make_shared<const ProgramProfile>(profiler.Profile());
}

// How often the orders of steps came about.
template <typename Make>
std::map<std::string, int> Orders(const std::string& first, const std::string& second, Make make) {
  Engine engine;
  TwoTasks program{engine, first, second, {}};
  const auto profile = ProfileOf(engine, [&program] { program(); });
  std::map<std::string, int> orders;
  for (uint64_t seed = 1; seed <= kExecutions; ++seed) {
    auto strategy = make(seed, profile);
    engine.Execute(strategy, std::ref(program));
    ++orders[program.order];
  }
  return orders;
}

// Only the letters that touch the object.
std::map<std::string, int> AtTheObject(const std::map<std::string, int>& orders) {
  std::map<std::string, int> touches;
  for (const auto& [order, count] : orders) {
    std::string left;
    for (const char letter : order) {
      if (letter == 'x' || letter == 'X') left += letter;
    }
    touches[left] += count;
  }
  return touches;
}

// The profile counts every step, those included at which nothing could be chosen: a start and the
// steps of the string.
TEST(ProgramProfile, CountsAllSteps) {
  Engine engine;
  TwoTasks program{engine, "abx", "ABCDX", {}};
  const auto profile = ProfileOf(engine, [&program] { program(); });
  const auto steps = [&](const char* name) {
    return profile->tasks()[profile->numbers().Find(Label::Of(name))].steps;
  };
  EXPECT_EQ(steps("one/run"), 4U);
  EXPECT_EQ(steps("other/run"), 6U);
  ASSERT_EQ(profile->contested().size(), 1U);
  EXPECT_EQ(profile->contested()[0].object, kX);
  EXPECT_EQ(profile->contested()[0].steps[profile->numbers().Find(Label::Of("one/run"))], 1U);
}

TEST(ProgramProfile, CountsTheStepsOfATaskWithThoseOfTheOneThatStartedIt) {
  Engine engine;
  const auto profile = ProfileOf(engine, [&engine] {
    const ProcessId process = engine.StartProcess(Label::Of("p"));
    const TaskId idle = engine.Spawn(process, Label::Of("idle"), [&engine] {
      for (int i = 0; i < 50; ++i) engine.Yield(Label::Of("idle"));
    });
    const TaskId parent = engine.Spawn(process, Label::Of("parent"), [&engine, process] {
      engine.Yield(Label::Of("work"));
      engine.Spawn(process, Label::Of("child"), [&engine] { engine.Yield(Label::Of("work")); });
      engine.Yield(Label::Of("work"));
    });
    engine.Join(idle);
    engine.Join(parent);
  });
  const auto& task = profile->tasks()[profile->numbers().Find(Label::Of("p/parent"))];
  EXPECT_EQ(task.steps, 3U + 2U);
}

// With their starts the tasks have 2 and 4 steps, so there are 6!/(2!4!) = 15 interleavings. If "a"
// comes after k of the other task's four steps, the start before it has k + 1 places. "aBCD" has
// k = 0 or 1, because the start of the other task is no letter: 3 of 15. A task without steps left
// weighs a 33rd of one with a step left: four in a hundred are allowed for that.
TEST(UniformWalk, ChoosesAllInterleavingsAlike) {
  const auto orders = Orders(
      "a", "BCD", [](uint64_t seed, const auto& profile) { return UniformWalk(seed, profile); });
  EXPECT_EQ(orders.size(), 4U);
  const double slack = 0.04 * kExecutions;
  EXPECT_NEAR(orders.at("aBCD"), kExecutions * 3 / 15.0, slack);
  EXPECT_NEAR(orders.at("BaCD"), kExecutions * 3 / 15.0, slack);
  EXPECT_NEAR(orders.at("BCaD"), kExecutions * 4 / 15.0, slack);
  EXPECT_NEAR(orders.at("BCDa"), kExecutions * 5 / 15.0, slack);
}

// However many other steps each task takes, the one touch of the first task comes before, between
// and after the two of the other one with the same probability.
TEST(SelectivelyUniformWalk, ChoosesTheOrdersAtTheObjectAlike) {
  const auto touches =
      AtTheObject(Orders("x", "ABCDEFGHXIJKX", [](uint64_t seed, const auto& profile) {
        return SelectivelyUniformWalk(seed, profile);
      }));
  ASSERT_EQ(touches.size(), 3U);
  for (const auto& [order, count] : touches) {
    EXPECT_NEAR(count, kExecutions / 3.0, Tolerance(1 / 3.0)) << order;
  }
}

// Of the executions in which the second task touches the object right after the first one did: how
// many there are, and how often it is the second task again.
std::pair<int, int> SecondAgain(PartialOrderSampling::Algorithm algorithm) {
  const auto orders = Orders("xxxx", "XXXX", [algorithm](uint64_t seed, const auto&) {
    return PartialOrderSampling(seed, algorithm);
  });
  int all = 0;
  int again = 0;
  for (const auto& [order, count] : orders) {
    if (!order.starts_with("xX")) continue;
    all += count;
    if (order.starts_with("xXX")) again += count;
  }
  return {all, again};
}

// With the second touch, the first task loses a race, and both priorities are drawn anew: the third
// touch is a fair toss. The basic algorithm keeps the priority that lost, which is lower than one
// that is drawn anew in two of three cases: the lower of two against a third.
TEST(PartialOrderSampling, ALostRaceIsDrawnAnew) {
  const auto [full, full_again] = SecondAgain(PartialOrderSampling::Algorithm::kFull);
  EXPECT_NEAR(full_again, full / 2.0, 4 * std::sqrt(full / 4.0));
  const auto [basic, basic_again] = SecondAgain(PartialOrderSampling::Algorithm::kBasic);
  EXPECT_GT(basic_again, basic * 0.6);
}

// The second task must touch the object before the first does, which has nothing else to do, and
// after thirty steps of its own. In a random walk it must win thirty tosses.
TEST(ReadsFrom, HoldsAChangeBackUntilTheReaderHasCome) {
  const std::string late = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAX";
  int reads_from = 0;
  for (const auto& [order, count] :
       AtTheObject(Orders("x", late, [](uint64_t s, const auto&p) { return ReadsFrom(s, p); }))) {
    if (order == "Xx") reads_from += count;
  }
  int walk = 0;
  for (const auto& [order, count] : AtTheObject(
           Orders("x", late, [](uint64_t seed, const auto&) { return RandomWalk(seed); }))) {
    if (order == "Xx") walk += count;
  }
  // The profile saw "xX". The cycle has eight places: three for "the first task comes after the
  // second", three for "no change comes before the second task's", and one for each of the two that
  // were seen. Six of the eight ask for "Xx"; further constraints may contradict.
  EXPECT_GT(reads_from, kExecutions / 2);
  EXPECT_LT(walk, 10);
}

// Each is drawn as often as it deserves in a cycle; a pair that was seen is drawn more rarely, and
// what a program cannot do never.
TEST(ReadsFromPairs, AreDrawnInTurn) {
  const Label load = Label::Of("load");
  const Label store = Label::Of("store");
  const Label reader = Label::Of("reader");
  const Label writer = Label::Of("writer");
  const std::array<ObjectAccess, 3> accesses = {
      ObjectAccess{writer, store, Access::kWrite},
      ObjectAccess{Label::Of("writer#2"), store, Access::kWrite},
      ObjectAccess{reader, load, Access::kRead}};
  ReadsFromPairs pairs;
  EXPECT_TRUE(pairs.empty());
  pairs.Add(kX, accesses);
  Random random(1);
  std::map<std::string, int> drawn;
  for (uint64_t rank = 0; rank < pairs.cycle(); ++rank) {
    const ReadsFromPairs::Pair pair = pairs.Draw(rank, random);
    std::string text(pair.reader.what.text());
    text += pair.writer ? " after " + std::string(pair.writer->what.text()) : " first";
    ++drawn[text];
    if (pair.writer) {
      EXPECT_NE(pair.writer->task, pair.reader.task);
    }
  }
  // The load came after a store; a store came first, and after a store of the other writer.
  EXPECT_EQ(drawn, (std::map<std::string, int>{{"load first", 3},
                                               {"load after store", 1},
                                               {"store first", 1},
                                               {"store after store", 1}}));
}

TEST(Shuffled, IsEachNumberOnceInEachRound) {
  for (const uint64_t count : {1, 2, 7, 12, 100}) {
    std::set<uint64_t> round;
    for (uint64_t rank = 3 * count; rank < 4 * count; ++rank) round.insert(Shuffled(rank, count));
    EXPECT_EQ(round.size(), count);
    EXPECT_LT(*round.rbegin(), count);
  }
}

// The same seed and profile are the same run, and its recording repeats it.
TEST(ProfiledStrategies, AreRepeatedBySeedAndByRecording) {
  Engine engine;
  TwoTasks program{engine, "axbxc", "AXBXC", {}};
  const auto profile = ProfileOf(engine, [&program] { program(); });
  const auto expect_repeated = [&](auto make) {
    std::set<uint64_t> hashes;
    for (uint64_t seed = 0; seed < 100; ++seed) {
      auto strategy = make(seed);
      const uint64_t hash = engine.Execute(strategy, std::ref(program)).hash;
      hashes.insert(hash);
      const auto choices = engine.trace().choices();
      Replay replay({choices.begin(), choices.end()});
      EXPECT_EQ(engine.Execute(strategy, std::ref(program)).hash, hash);
      auto again = make(seed);
      EXPECT_EQ(engine.Execute(again, std::ref(program)).hash, hash);
      EXPECT_EQ(engine.Execute(replay, std::ref(program)).hash, hash);
      EXPECT_FALSE(replay.parting().has_value());
    }
    EXPECT_GT(hashes.size(), 20U);
  };
  expect_repeated([&](uint64_t seed) { return UniformWalk(seed, profile); });
  expect_repeated([&](uint64_t seed) { return SelectivelyUniformWalk(seed, profile); });
  expect_repeated([&](uint64_t seed) { return ReadsFrom(seed, profile); });
}

}  // namespace
}  // namespace fencepost::sim
