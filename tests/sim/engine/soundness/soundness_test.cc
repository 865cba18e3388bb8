// The reduced searches end as the plain enumeration does: on the smallest programs that have shown a
// search to be unsound, and on programs of every shape. `sim_soundness` runs more of the latter.
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

// Each of them was missed by `dpor` or `states` once.
constexpr Case kCases[] = {
    {"TwoDecisionsOfOnePointNameInOneStep", 4, "p0: two-faults 0"},
    {"KillOfATaskThatWaitsForAnother", 4, "p0: join 1, write 0; p1: ; p2: kill 0"},
    {"StartInAProcessThatMayBeKilled", 3, "p0: kill 0; p1: spawn 0; later p0: write 0"},
    {"TheEndThatCutsDaemonsOff", 2, "p0: ; daemon p1: write 0"},
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

INSTANTIATE_TEST_SUITE_P(Once, SmallestCase, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace fencepost::sim
