// The reduced searches end as the plain enumeration does: on the smallest programs that have shown
// a search to be unsound, and on programs of every shape. `sim_soundness` runs more of the latter.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "sim/engine/reduction/exhaustive.h"
#include "tests/sim/engine/soundness/comparison.h"
#include "tests/sim/engine/soundness/program_generator.h"
#include "tests/sim/engine/soundness/shrink_program.h"

namespace fencepost::sim {
namespace {

struct Case {
  const char* name;
  std::size_t ends;  // as found by the plain enumeration
  const char* program;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

// `dpor` or `states` once missed an end of each.
constexpr Case kCases[] = {
    {"TwoDecisionsOfOnePointNameInOneStep", 4, "p0: two-faults 0"},
    {"KillOfATaskThatWaitsForAnother", 4, "p0: join 1, write 0; p1: ; p2: kill 0"},
    {"PauseOfATaskThatWaitsForAnother", 4, "p0: join 1, write 0; p1: ; p2: pause 0"},
    {"StartInAProcessThatMayBeKilled", 3, "p0: kill 0; p1: spawn 0; later p0: write 0"},
    {"TheEndThatCutsDaemonsOff", 2, "p0: ; daemon p1: write 0"},
    {"ADaemonStartsWhatKeepsTheExecutionAlive", 3, "daemon p0: +spawn 0, add 0; later p1: ; p2: "},
    {"AFailureThatCutsOthersOff", 2, "p0: write 0, +fail-if 0; p1: add 1"},
    {"AQuietPartThatRunsOthers", 2, "p0: quiet 1; p0: fault 0"},
    {"RandomBitsOfQuietParts", 2, "p0: +quiet 0; p1: +quiet 0"},
    {"NamesOfTasksInProcessesOfOneName", 2,
     "p0: spawn 0; p1: new-process 0; later p0: number 0; p1: new-process 0"},
    {"NumbersOfTasksThatDifferentTasksStart", 2,
     "p0: spawn 0; p1: spawn 1; later p2: number 0; later p3: number 0"},
    {"WhoBlocksLastInADeadlock", 1, "p1: +join-all 0 ! add 3; p0: add 0, wait-long 0 ! add 1"},
    {"AStepThatTouchesLessWhenItFindsALockTaken", 3,
     "p1: timed-lock 0, +add 1; p2: timed-lock 2; p3: add 1"},
};

class SmallestCase : public testing::TestWithParam<Case> {};

TEST_P(SmallestCase, EndsAsThePlainEnumerationDoes) {
  const SmallProgram program = ProgramOf(GetParam().program);
  const auto plain = EnumerateEnds(program, {});
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->ends.size(), GetParam().ends);
  for (const Reduction reduction : kAllReductions) {
    EXPECT_EQ(DifferenceOf(*plain, SearchEnds(program, reduction, {})), "")
        << ReductionName(reduction);
  }
}

// Seeds from 1 on, so the same programs each time. With any one correction of the engine or of the
// search taken back, some of them differ.
TEST(Soundness, DrawnProgramsEndAsThePlainEnumerationDoes) {
  constexpr std::uint64_t kPrograms = 400;
  std::uint64_t compared = 0;
  for (std::uint64_t seed = 1; seed <= kPrograms; ++seed) {
    Drawn drawn = DrawProgram(seed);
    drawn.bounds.executions = 3'000;
    const auto plain = EnumerateEnds(drawn.program, drawn.bounds);
    if (!plain) continue;
    ++compared;
    for (const Reduction reduction : kAllReductions) {
      const Searched searched = SearchEnds(drawn.program, reduction, drawn.bounds);
      EXPECT_EQ(DifferenceOf(*plain, searched), "")
          << "seed " << seed << ", " << ReductionName(reduction) << ": " << TextOf(drawn.program);
      if (reduction == Reduction::kNone) {
        EXPECT_EQ(searched.report.executions, plain->executions);
      }
    }
  }
  EXPECT_GT(compared, kPrograms / 2);
}

// `states` alone may be combined with a bound on preemptions.
TEST(Soundness, StatesWithinABoundOnPreemptions) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Drawn drawn = DrawProgram(seed);
    drawn.bounds = {.preemptions = seed % 3, .executions = 3'000};
    const auto plain = EnumerateEnds(drawn.program, drawn.bounds);
    if (!plain) continue;
    EXPECT_EQ(DifferenceOf(*plain, SearchEnds(drawn.program, Reduction::kStates, drawn.bounds)), "")
        << "seed " << seed << ": " << TextOf(drawn.program);
  }
}

TEST(SmallProgram, IsReadAsItIsPrinted) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const std::string text = TextOf(DrawProgram(seed).program);
    EXPECT_EQ(TextOf(ProgramOf(text)), text);
  }
}

// Two tasks of three steps each (the first begins the task): 6! / (3! 3!) orders.
TEST(PlainEnumeration, RunsEachOrderOnce) {
  const auto plain = EnumerateEnds(ProgramOf("p0: add 0, add 0; p1: add 0, add 0"), {});
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->executions, 20u);
  EXPECT_FALSE(EnumerateEnds(ProgramOf("p0: add 0, add 0; p1: add 0, add 0"), {.executions = 19}));
}

TEST(PlainEnumeration, KeepsWithinABoundOnFaults) {
  for (std::uint64_t faults = 0; faults <= 2; ++faults) {
    const auto plain = EnumerateEnds(ProgramOf("p0: two-faults 0"), {.faults = faults});
    EXPECT_EQ(plain->executions, faults == 0 ? 1u : faults == 1 ? 3u : 4u);
  }
}

TEST(Shrink, LeavesNothingThatCouldBeLeftOut) {
  const SmallProgram program = ProgramOf("timer-race; p2: read 1, ~kill 3; daemon p1: scan 0");
  const auto kills = [](const SmallProgram& candidate) {
    return TextOf(candidate).find("kill") != std::string::npos;
  };
  EXPECT_EQ(TextOf(Shrink(program, kills)), "p2: kill 0");
}

INSTANTIATE_TEST_SUITE_P(Once, SmallestCase, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace fencepost::sim
