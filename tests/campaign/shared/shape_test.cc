// Shapes: what two failures have in common.
#include "campaign/shared/shape.h"

#include <gtest/gtest.h>

namespace fencepost::campaign {
namespace {

using sim::TimelineMark;

struct Entry {
  const char* actor;
  TimelineMark mark;
  const char* text;
};

std::string BrokenAfter(std::initializer_list<Entry> entries) {
  RunReport report;
  report.end = RunEnd::kPropertyBroken;
  sim::Timeline timeline;
  for (const Entry& entry : entries) {
    timeline.push_back({.at = {}, .column = entry.actor, .mark = entry.mark, .text = entry.text});
  }
  return ShapeOf(report, timeline);
}

TEST(Shape, IsTheLastStepsOfTheActorThatActedLast) {
  EXPECT_EQ(BrokenAfter({{"cp-1", TimelineMark::kStep, "begins"},
                         {"cp-1", TimelineMark::kStep, "drain w12 e1 ..."},
                         {"worker 12", TimelineMark::kTruth, "refused: fence_miss_epoch"},
                         {"cp-1", TimelineMark::kStep, "drain w12 -> fence_miss_epoch"},
                         {"cp-2", TimelineMark::kStep, "heartbeat"},
                         {"cp-1", TimelineMark::kStep, "delete pod of w12 ..."},
                         {"pod 12", TimelineMark::kTruth, "deleted, dying"},
                         {"", TimelineMark::kBroken, "fenced-delete"}}),
            "drain w# e# ...\ndrain w# -> fence_miss_epoch\ndelete pod of w# ...\n");
}

TEST(Shape, IsTheSameForOtherIdsAndOtherwiseNot) {
  const auto shape = [](const char* text) {
    return BrokenAfter({{"cp-1", TimelineMark::kStep, text}});
  };
  EXPECT_EQ(shape("takes w1"), shape("takes w20"));
  EXPECT_EQ(shape("shutdown begins"), shape("shutdown begins"));
  EXPECT_EQ(shape("shutdown#2 begins"), shape("shutdown#13 begins"));
  EXPECT_NE(shape("takes w1"), shape("leaves w1"));
}

TEST(Shape, IsTheReportsWordsWhereNobodyDidTheLastWrongStep) {
  RunReport report;
  report.end = RunEnd::kNoConvergence;
  report.violation.emplace();
  report.violation->detail = "worker 3 was still spawning when cp-2 had ended";
  EXPECT_EQ(ShapeOf(report, {}), "worker # was still spawning when cp-# had ended");
  report.end = RunEnd::kCodeCrashed;
  report.violation.reset();
  report.message = "vector::_M_range_check: __n (which is 7)";
  EXPECT_EQ(ShapeOf(report, {}), "vector::_M_range_check: __n (which is #)");
}

}  // namespace
}  // namespace fencepost::campaign
