#include <gtest/gtest.h>

#include "core/rules/transition.h"
#include "models/checker/liveness.h"
#include "models/checker/run_search.h"
#include "models/graph/picture.h"
#include "models/graph/state_graph.h"

namespace fencepost::models {
namespace {

StateGraph GraphOf(const Options& options) {
  return ReachableGraph(Machine(options), 3'000'000).value();
}

// The checker's numbers of states and of components are those that Boost.Graph computes.
TEST(StateGraph, AgreesWithTheChecker) {
  const Machine machine(Options{.epochs = 2});
  const auto live = LivenessCheck<Machine>(machine, SearchOptions{}).Run();
  const GraphSummary summary = Summary(*ReachableGraph(machine, 1'000'000));
  EXPECT_EQ(summary.states, live.search.states);
  EXPECT_EQ(summary.edges, live.search.steps);
  EXPECT_EQ(summary.farthest, live.search.depth);
  EXPECT_EQ(summary.components, live.components);
  EXPECT_EQ(summary.cyclic_components, live.cyclic_components);
  EXPECT_EQ(summary.largest_component, live.largest_component);
}

TEST(StateGraph, IsRefusedWhenItIsTooLarge) {
  EXPECT_FALSE(ReachableGraph(Machine(Options{}), 1'000).has_value());
}

TEST(Dominators, EveryPathToADeletedPodPassesALandedFence) {
  const StateGraph graph = GraphOf({.workers = 2, .epochs = 1, .secrets = false, .pauses = false});
  EXPECT_EQ(FenceDominatesDeletion(graph, 0), Dominance::kDominates);
  EXPECT_EQ(FenceDominatesDeletion(graph, 1), Dominance::kDominates);
}

TEST(Dominators, ADeletionAfterAMissedDrainHasAWayRound) {
  const StateGraph graph =
      GraphOf({.secrets = false, .planted_bug = PlantedBug::kDeleteAfterMissedDrain});
  EXPECT_EQ(FenceDominatesDeletion(graph, 0), Dominance::kDoesNot);
}

// Without a deletion the question of dominance has no answer.
TEST(Dominators, SayWhenNothingIsDeleted) {
  StateGraph graph;
  graph.states.Number(State{});
  EXPECT_EQ(FenceDominatesDeletion(graph, 0), Dominance::kNeverDeleted);
}

TEST(RuleUses, EveryRuleOccurs) {
  for (const RuleUse& use : RuleUses(GraphOf(Options{}))) {
    EXPECT_GT(use.done + use.missed + use.reply_lost, 0U) << use.name;
  }
}

TEST(Pictures, NameEveryOperationOfTheTable) {
  const std::string picture = LifecyclePicture();
  EXPECT_TRUE(picture.starts_with("digraph"));
  for (const TransitionRule& rule : kLifecycle) {
    EXPECT_NE(picture.find(rule.name), std::string::npos) << rule.name;
  }
}

TEST(Pictures, ShowARunAndARow) {
  const Machine machine(Options{.secrets = false, .planted_bug = PlantedBug::kDrainIgnoresSession});
  const auto result = Search(machine, {});
  const std::string run = TracePicture(machine, TraceTo(machine, result, false), "a \"title\"");
  EXPECT_NE(run.find("label=\"a \\\"title\\\"\""), std::string::npos);
  EXPECT_NE(run.find("cp-1 drains worker 1"), std::string::npos);
  EXPECT_NE(RowPicture(GraphOf(Options{.epochs = 2})).find("claims the idle"), std::string::npos);
}

}  // namespace
}  // namespace fencepost::models
