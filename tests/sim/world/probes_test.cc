// Probes are counted, and have the names that are printed.

#include <gtest/gtest.h>

#include "sim/world/lifecycle_probes.h"
#include "sim/world/probes.h"

namespace fencepost::sim {
namespace {

TEST(Probes, AreCountedByName) {
  Probes probes;
  probes.Hit(probes.Register("a"));
  probes.Hit(probes.Register("a"));
  probes.Register("b");
  EXPECT_EQ(probes.hits("a"), 2U);
  EXPECT_EQ(probes.hits("b"), 0U);
  EXPECT_EQ(probes.hits("never registered"), 0U);
  EXPECT_EQ(probes.entries().size(), 2U);
}

// The results of campaigns are compared by these names, so they must not change.
TEST(LifecycleProbes, HaveTheNamesThatArePrinted) {
  EXPECT_EQ(Landed(Operation::kTakeOver).name(), "landed take_over");
  EXPECT_EQ(Told(TransitionOutcome::kFenceMissSession).name(), "told fence_miss_session");
  EXPECT_EQ(FenceFrom(FenceOrigin::kAbsentRow).name(), "fence from absent_row");
}

TEST(LifecycleProbes, MarkOutcomesAndLandings) {
  Probes probes;
  LifecycleProbes marks(probes);
  TransitionRequest request;
  request.operation = Operation::kDrain;
  marks.On(Event{"test", {}, TransitionTold{request, TransitionOutcome::kFenceMissOwner, nullptr}});
  WorkerRow row;
  marks.On(Event{"test", {}, RowCommitted{Operation::kDrain, {}, &request, &row, row, {}}});
  const auto hits = [&probes](Probe probe) { return probes.hits(probe.name()); };
  EXPECT_EQ(hits(Told(TransitionOutcome::kFenceMissOwner)), 1U);
  EXPECT_EQ(hits(Told(TransitionOutcome::kTransitioned)), 0U);
  EXPECT_EQ(hits(Landed(Operation::kDrain)), 1U);
}

}  // namespace
}  // namespace fencepost::sim
