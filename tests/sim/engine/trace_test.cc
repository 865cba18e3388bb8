#include "sim/engine/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

Choice MakeChoice(const std::string& chosen) {
  return {ChoiceKind::kSchedule, Label::Of("point"), Label::Of(chosen), 0, 2, 0};
}

// Letters become choices, digits events.
Trace MakeTrace(const std::string& script) {
  Trace trace;
  for (char c : script) {
    if (c >= '0' && c <= '9') {
      trace.AddEvent(static_cast<uint64_t>(c));
    } else {
      trace.Add(MakeChoice(std::string(1, c)));
    }
  }
  return trace;
}

void ExpectDifference(const std::string& a, const std::string& b, size_t step,
                      std::optional<size_t> event, const std::string& why) {
  const auto difference = FirstDifference(MakeTrace(a), MakeTrace(b));
  ASSERT_TRUE(difference.has_value()) << a << " " << b;
  EXPECT_EQ(difference->step, step) << a << " " << b;
  EXPECT_EQ(difference->event, event) << a << " " << b;
  EXPECT_THAT(difference->why, HasSubstr(why));
}

TEST(Trace, FirstDifferenceNamesTheStepOrTheEvent) {
  ExpectDifference("abc", "abd", 2, std::nullopt, "the first has schedule \"point\": c");
  ExpectDifference("abc", "ab", 2, std::nullopt, "the second its end");
  ExpectDifference("a12b3c", "a12b4c", 2, 2, "event 2 (before choice 2) differs");
  ExpectDifference("a12b", "a1b", 1, 1, "is missing from the second");
  ExpectDifference("a1b", "a12b", 1, 1, "is missing from the first");
  ExpectDifference("ab1", "ab2", 2, 0, "event 0");
  ExpectDifference("1", "", 0, 0, "missing from the second");
}

RC_GTEST_PROP(Trace, TracesDifferExactlyIfTheirHashesDo, ()) {
  const auto script = rc::gen::container<std::string>(rc::gen::element('a', 'b', '1', '2'));
  const std::string a = *script;
  const std::string b = *rc::gen::oneOf(script, rc::gen::just(a));
  const bool differ = FirstDifference(MakeTrace(a), MakeTrace(b)).has_value();
  RC_ASSERT(differ == (a != b));
  RC_ASSERT((MakeTrace(a).hash() != MakeTrace(b).hash()) == differ);
}

TEST(Trace, BitsAndKindsEnterTheHashAndIndicesDoNot) {
  const auto hash = [](const Choice& choice) {
    Trace trace;
    trace.Add(choice);
    return trace.hash();
  };
  Choice choice = MakeChoice("a");
  const uint64_t original = hash(choice);
  choice.index = 1;
  choice.count = 3;
  EXPECT_EQ(hash(choice), original);
  choice.kind = ChoiceKind::kWorkload;
  EXPECT_NE(hash(choice), original);
  choice = {ChoiceKind::kRandom, Label::Of("bits"), Label(), 0, 0, 1};
  const uint64_t one = hash(choice);
  choice.bits = 2;
  EXPECT_NE(hash(choice), one);
}

TEST(Trace, CheckpointsAreTheHashesBeforeEachChoice) {
  const Trace trace = MakeTrace("a1b");
  ASSERT_EQ(trace.checkpoints().size(), 2u);
  EXPECT_EQ(trace.checkpoints()[0].hash, Trace().hash());
  EXPECT_EQ(trace.checkpoints()[1].hash, MakeTrace("a1").hash());
  EXPECT_EQ(trace.checkpoints()[1].events, 1u);
}

TEST(Trace, AClearedTraceIsLikeANewOne) {
  Trace trace = MakeTrace("a1b2");
  trace.Clear();
  EXPECT_EQ(trace.hash(), Trace().hash());
  EXPECT_TRUE(trace.choices().empty());
  EXPECT_TRUE(trace.events().empty());
}

}  // namespace
}  // namespace fencepost::sim
