// Shapes: what two failures have in common.
#include "cli/corpus/shape.h"

#include <gtest/gtest.h>

#include <vector>

namespace fencepost::cli {
namespace {

using sim::Choice;
using sim::ChoiceKind;
using sim::Label;

Choice Decision(ChoiceKind kind, const char* point, const char* chosen, std::uint32_t index) {
  return {kind, Label::Of(point), Label::Of(chosen), index, 3, 0};
}

TEST(Shape, HoldsTheDecisionsThatAreNotTheDefault) {
  const std::vector<Choice> choices = {
      Decision(ChoiceKind::kSchedule, "store.drain", "cp-1/shutdown", 0),
      Decision(ChoiceKind::kSchedule, "reply", "cp-12/refresh w3", 1),
      Decision(ChoiceKind::kFault, "fault", "reply-lost", 2),
      {ChoiceKind::kRandom, Label::Of("jitter 7"), {}, 0, 0, 99},
      {ChoiceKind::kRandom, Label::Of("jitter"), {}, 0, 0, 0},
  };
  EXPECT_EQ(ShapeOf(choices),
            "schedule \"reply\": cp-#/refresh w#\n"
            "fault \"fault\": reply-lost\n"
            "random \"jitter #\"\n");
}

TEST(Shape, IsTheSameForOtherIdsAndOtherwiseNot) {
  const auto shape = [](const char* point, const char* chosen) {
    return ShapeOf(std::vector<Choice>{Decision(ChoiceKind::kSchedule, point, chosen, 1)});
  };
  EXPECT_EQ(shape("reply", "cp-1"), shape("reply", "cp-20"));
  EXPECT_NE(shape("reply", "cp-1"), shape("reply", "client-1"));
  EXPECT_NE(shape("reply", "cp-1"), shape("timer", "cp-1"));
}

}  // namespace
}  // namespace fencepost::cli
