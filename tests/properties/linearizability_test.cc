// The checker itself, on histories known to be linearizable and known not to be.

#include "properties/linearizability.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fencepost::properties {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A register with writes, and reads with the value that they saw.
struct Access {
  bool write = false;
  int value = 0;
  CallSpan span;
};

class Register : public SequentialModel {
 public:
  explicit Register(const std::vector<Access>& calls) : calls_(calls) {}
  std::unique_ptr<SequentialModel> Clone() const override {
    return std::make_unique<Register>(*this);
  }
  bool Step(std::size_t call) override {
    const Access& access = calls_[call];
    if (access.write) {
      value_ = access.value;
      return true;
    }
    return access.span.returned == CallSpan::kNever || value_ == access.value;
  }
  std::string State() const override { return std::to_string(value_); }

 private:
  const std::vector<Access>& calls_;
  int value_ = 0;
};

LinearizabilityVerdict Judged(const std::vector<Access>& calls, std::uint64_t budget = 1'000'000) {
  std::vector<CallSpan> spans;
  for (const Access& call : calls) spans.push_back(call.span);
  return CheckLinearizability(spans, Register(calls), budget);
}

TEST(Linearizability, AHistoryOfNothingIs) { EXPECT_EQ(Judged({}).answer, Linearizability::kYes); }

TEST(Linearizability, CallsOneAfterTheOtherMustFitAsTheyAre) {
  EXPECT_THAT(Judged({{true, 1, {0, 1}}, {false, 1, {2, 3}}}).order, ElementsAre(0, 1));
  const LinearizabilityVerdict stale = Judged({{true, 1, {0, 1}}, {false, 0, {2, 3}}});
  EXPECT_EQ(stale.answer, Linearizability::kNo);
  EXPECT_THAT(stale.order, ElementsAre(0));
  EXPECT_THAT(stale.stuck, ElementsAre(1));
}

TEST(Linearizability, CallsAtTheSameTimeMayComeInEitherOrder) {
  for (const int seen : {0, 1}) {
    EXPECT_EQ(Judged({{true, 1, {0, 3}}, {false, seen, {1, 2}}}).answer, Linearizability::kYes);
  }
  EXPECT_EQ(Judged({{true, 1, {0, 3}}, {false, 2, {1, 2}}}).answer, Linearizability::kNo);
}

// Herlihy and Wing's example: two readers see two writes in opposite orders.
TEST(Linearizability, TwoReadersMustSeeOneOrder) {
  const auto history = [](int second, int third) {
    return std::vector<Access>{{true, 1, {0, 10}},        {true, 2, {1, 11}},
                               {false, 1, {2, 3}},        {false, 2, {4, 5}},
                               {false, second, {12, 13}}, {false, third, {14, 15}}};
  };
  EXPECT_EQ(Judged(history(2, 2)).answer, Linearizability::kYes);
  EXPECT_EQ(Judged(history(2, 1)).answer, Linearizability::kNo);
  EXPECT_EQ(Judged(history(1, 1)).answer, Linearizability::kNo);  // 1 was seen before 2
}

TEST(Linearizability, ACallWithoutAReplyMayHaveHappenedLaterOrNever) {
  const CallSpan lost{0, CallSpan::kNever};
  for (const int seen : {0, 1}) {
    EXPECT_EQ(Judged({{true, 1, lost}, {false, seen, {2, 3}}}).answer, Linearizability::kYes);
  }
  EXPECT_EQ(Judged({{true, 1, lost}, {false, 1, {2, 3}}, {false, 0, {4, 5}}}).answer,
            Linearizability::kNo);
  EXPECT_EQ(Judged({{true, 1, lost}, {false, 0, {2, 3}}, {false, 1, {4, 5}}}).answer,
            Linearizability::kYes);
}

TEST(Linearizability, ASearchThatIsCutShortSaysSo) {
  std::vector<Access> calls;
  for (std::uint64_t i = 0; i < 12; ++i) calls.push_back({true, static_cast<int>(i), {i, 100 + i}});
  calls.push_back({false, 99, {200, 201}});
  EXPECT_EQ(Judged(calls, 5).answer, Linearizability::kUnknown);
  EXPECT_EQ(Judged(calls).answer, Linearizability::kNo);
}

// Lowe's cache: the number of orders is 20!, that of sets with a state is not.
TEST(Linearizability, EqualStatesAreSearchedOnce) {
  std::vector<Access> calls;
  for (std::uint64_t i = 0; i < 12; ++i) calls.push_back({true, 1, {i, 100 + i}});
  calls.push_back({false, 2, {200, 201}});
  const LinearizabilityVerdict verdict = Judged(calls);
  EXPECT_EQ(verdict.answer, Linearizability::kNo);
  EXPECT_LE(verdict.steps, 12U * (1U << 12U) + 1);
}

TEST(Linearizability, PartsOfAKeyKeepTheirOrder) {
  EXPECT_THAT(PartitionByKey({"b", "a", "b"}), ElementsAre(ElementsAre(1), ElementsAre(0, 2)));
  EXPECT_THAT(PartitionByKey({}), IsEmpty());
}

// Every call takes effect at a moment of its span, so the history is linearizable; with one read
// of a value that nobody wrote it is not.
RC_GTEST_PROP(LinearizabilityProperty, HistoriesWithTrueMomentsAreAndFalsifiedOnesAreNot, ()) {
  const auto draws = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8));
  // The moment of call i is 10 (i + 10) + 5, and no two moments of the history are the same.
  const auto unique = [&draws](std::uint64_t moment, std::size_t number) {
    return moment * 2 * (draws.size() + 1) + number;
  };
  std::vector<Access> calls;
  int value = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const bool write = draws[i] % 2 == 0;
    if (write) value = draws[i];
    const auto reach = static_cast<std::uint64_t>(draws[i] / 2) * 10;
    const std::uint64_t slot = 10 * (i + 10);
    const CallSpan span{unique(slot - reach + 1, 2 * i), unique(slot + reach + 9, 2 * i + 1)};
    calls.push_back({write, value, span});
  }
  RC_ASSERT(Judged(calls).answer == Linearizability::kYes);
  if (calls.empty()) return;
  const std::uint64_t end = unique(10 * (draws.size() + 20), 0);
  calls.push_back({false, 1000, {end, end + 1}});
  RC_ASSERT(Judged(calls).answer == Linearizability::kNo);
}

}  // namespace
}  // namespace fencepost::properties
