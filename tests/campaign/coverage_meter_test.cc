// Points of coverage: probes by the order of magnitude in which one run hit them.
#include "campaign/coverage_meter.h"

#include <gtest/gtest.h>

namespace fencepost::campaign {
namespace {

using Points = std::vector<std::string>;

class CoverageMeterTest : public testing::Test {
 protected:
  // The new points of a run that hits the probe so often.
  Points Run(const std::string& probe, int hits) {
    const std::size_t index = probes_.Register(probe);
    for (int i = 0; i < hits; ++i) probes_.Hit(index);
    return meter_.NewPoints(probes_);
  }

  sim::Probes probes_;
  CoverageMeter meter_;
};

TEST_F(CoverageMeterTest, GivesEachMagnitudeOnce) {
  EXPECT_EQ(Run("a", 1), Points{"a x1"});
  EXPECT_EQ(Run("a", 1), Points());
  EXPECT_EQ(Run("a", 3), Points{"a x2"});
  EXPECT_EQ(Run("a", 2), Points());
  EXPECT_EQ(Run("a", 4), Points{"a x4"});
  EXPECT_EQ(Run("a", 127), Points{"a x64"});
  EXPECT_EQ(Run("a", 128), Points{"a x128"});
  EXPECT_EQ(Run("a", 5000), Points());
  EXPECT_EQ(Run("a", 0), Points());
}

TEST_F(CoverageMeterTest, CountsProbesThatComeLater) {
  EXPECT_EQ(Run("a", 1), Points{"a x1"});
  EXPECT_EQ(Run("b", 1), Points{"b x1"});
}

TEST_F(CoverageMeterTest, GivesThemAgainAfterForget) {
  Run("a", 1);
  meter_.Forget();
  EXPECT_EQ(Run("a", 1), Points{"a x1"});
}

}  // namespace
}  // namespace fencepost::campaign
