// The happens-before order, its races, and sleep sets, on executions written by hand.
#include "sim/engine/reduction/happens_before.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/engine/reduction/sleep_set.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Label kP = Label::Of("p");
const Label kQ = Label::Of("q");
const Label kR = Label::Of("r");

struct Step {
  Label task;
  std::vector<Touched> touched = {};
  bool global = false;
  std::vector<Label> enables = {};
};

Touched Reads(uint64_t object) { return {{object}, Access::kRead}; }
Touched Writes(uint64_t object) { return {{object}, Access::kWrite}; }
Touched Parts(uint64_t object) { return {{object}, Access::kPart}; }

HappensBefore Executed(const std::vector<Step>& steps) {
  HappensBefore order;
  for (const Step& step : steps) {
    order.Begin(step.task);
    for (const Touched& touched : step.touched) order.Touch(touched.object, touched.access);
    if (step.global) order.Global();
    for (const Label task : step.enables) order.Enables(task);
    order.Finish();
  }
  return order;
}

std::vector<uint32_t> RacesOfLast(const std::vector<Step>& steps) {
  const HappensBefore order = Executed(steps);
  return {order.races().begin(), order.races().end()};
}

TEST(HappensBefore, OrdersConflictsAndTheStepsOfOneTask) {
  const HappensBefore order = Executed({{kP, {Writes(1)}}, {kQ, {Reads(1)}}, {kP, {Writes(2)}}});
  EXPECT_TRUE(order.Precedes(0, 1));
  EXPECT_TRUE(order.Precedes(0, 2));
  EXPECT_FALSE(order.Precedes(1, 2));
}

TEST(HappensBefore, IsTransitive) {
  const HappensBefore order =
      Executed({{kP, {Writes(1)}}, {kQ, {Reads(1), Writes(2)}}, {kR, {Reads(2)}}});
  EXPECT_TRUE(order.Precedes(0, 2));
}

TEST(HappensBefore, ReadsCommuteAndPartsCommute) {
  for (const auto access : {&Reads, &Parts}) {
    EXPECT_FALSE(Executed({{kP, {access(1)}}, {kQ, {access(1)}}}).Precedes(0, 1));
  }
  EXPECT_TRUE(Executed({{kP, {Reads(1)}}, {kQ, {Parts(1)}}}).Precedes(0, 1));
}

TEST(HappensBefore, DifferentAccessesOfOneStepToOneObjectAreAWrite) {
  const std::vector<Step> steps = {{kP, {Reads(1), Parts(1)}}, {kQ, {Reads(1)}}};
  EXPECT_TRUE(Executed(steps).Precedes(0, 1));
}

TEST(HappensBefore, AGlobalStepIsOrderedWithEveryOther) {
  const HappensBefore order = Executed({{kP}, {kQ, {}, true}, {kR}});
  EXPECT_TRUE(order.Precedes(0, 1));
  EXPECT_TRUE(order.Precedes(1, 2));
}

TEST(HappensBefore, ARaceHasNoStepBetweenInTheOrder) {
  // p and r conflict, but q lies between them: the race of r is with q alone.
  EXPECT_THAT(RacesOfLast({{kP, {Writes(1)}}, {kQ, {Writes(1)}}, {kR, {Writes(1)}}}),
              ElementsAre(1));
  // Two readers race with the writer behind them, the latest first.
  EXPECT_THAT(RacesOfLast({{kP, {Reads(1)}}, {kQ, {Reads(1)}}, {kR, {Writes(1)}}}),
              ElementsAre(1, 0));
  EXPECT_THAT(RacesOfLast({{kP, {Writes(1)}}, {kP, {Writes(1)}}}), IsEmpty());
}

TEST(HappensBefore, AStepDoesNotRaceWithTheOneThatEnabledIt) {
  const std::vector<Step> steps = {{kP, {Writes(1)}, false, {kQ}}, {kQ, {Writes(1)}}};
  EXPECT_TRUE(Executed(steps).Precedes(0, 1));
  EXPECT_THAT(RacesOfLast(steps), IsEmpty());
}

TEST(HappensBefore, TheSignatureNamesTheTrace) {
  const Step p = {kP, {Writes(1)}};
  const Step q = {kQ, {Writes(2)}};
  const Step r = {kR, {Writes(1)}};
  EXPECT_EQ(Executed({p, q, r}).Signature(), Executed({q, p, r}).Signature());
  EXPECT_EQ(Executed({p, q, r}).Signature(), Executed({p, r, q}).Signature());
  EXPECT_FALSE(Executed({p, q, r}).Signature() == Executed({r, q, p}).Signature());
  EXPECT_FALSE(Executed({p, q}).Signature() == Executed({p, q, r}).Signature());
}

TEST(HappensBefore, APrefixIsWhatItWasBeforeItWasContinued) {
  const Step p = {kP, {Writes(1)}};
  const Step q = {kQ, {Writes(1)}};
  HappensBefore order = Executed({p, q, p});
  order.Truncate(1);
  EXPECT_EQ(order.Signature(), Executed({p}).Signature());
  order.Begin(kQ);
  order.Touch({1}, Access::kWrite);
  order.Finish();
  EXPECT_THAT(order.races(), ElementsAre(0));
}

uint64_t DecisionsOf(const std::vector<uint32_t>& chosen) {
  const Alternative alternatives[] = {{.name = Label::Of("ok")},
                                      {.name = Label::Of("bad"), .fault = true}};
  HappensBefore order;
  order.Begin(kP);
  for (const uint32_t index : chosen) {
    order.Decided({ChoiceKind::kFault, Label::Of("call"), alternatives}, index);
  }
  order.Finish();
  return order.decisions(0);
}

TEST(HappensBefore, WhichOfTwoDecisionsOfOnePointDeviatesIsPartOfTheName) {
  EXPECT_NE(DecisionsOf({0, 1}), DecisionsOf({1, 0}));
  EXPECT_NE(DecisionsOf({1, 1}), DecisionsOf({1, 0}));
  EXPECT_EQ(DecisionsOf({0, 0}), DecisionsOf({}));
  EXPECT_EQ(DecisionsOf({1, 0}), DecisionsOf({1}));
}

Footprint Next(Label task, std::vector<Touched> touched) { return {task, false, touched}; }

TEST(SleepSet, ASleeperWakesWhenAStepConflictsWithIt) {
  SleepSet sleep;
  sleep.Add(Next(kP, {Writes(1)}), 0);
  sleep.Complete(kP);
  EXPECT_TRUE(sleep.Contains(kP));
  EXPECT_FALSE(sleep.Contains(kQ));
  EXPECT_TRUE(sleep.After(Executed({{kQ, {Writes(2)}}}), 0).Contains(kP));
  EXPECT_FALSE(sleep.After(Executed({{kQ, {Reads(1)}}}), 0).Contains(kP));
  EXPECT_FALSE(sleep.After(Executed({{kQ, {}, true}}), 0).Contains(kP));
  EXPECT_FALSE(sleep.After(Executed({{kP, {Writes(2)}}}), 0).Contains(kP));
}

TEST(SleepSet, ATaskSleepsOnlyWhileAllVariantsOfItsStepDo) {
  SleepSet sleep;
  sleep.Add(Next(kP, {}), 0);
  EXPECT_FALSE(sleep.Contains(kP));  // there may be further variants
  EXPECT_TRUE(sleep.Contains(kP, 0));
  sleep.Add(Next(kP, {Writes(1)}), 7);
  sleep.Complete(kP);
  EXPECT_TRUE(sleep.Contains(kP));
  const SleepSet after = sleep.After(Executed({{kQ, {Reads(1)}}}), 0);
  EXPECT_FALSE(after.Contains(kP));
  EXPECT_TRUE(after.Contains(kP, 0));
  EXPECT_FALSE(after.Contains(kP, 7));
}

}  // namespace
}  // namespace fencepost::sim
