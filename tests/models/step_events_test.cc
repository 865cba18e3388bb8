// The events of a step agree with its effect: a row changes by the named operation and by nothing
// else, and the names are those of core/events/event.h.
#include "models/lifecycle/step_events.h"

#include <gtest/gtest.h>

#include <set>

#include "core/events/event.h"
#include "models/checker/run_search.h"
#include "models/checker/trace.h"
#include "models/graph/state_graph.h"
#include "models/lifecycle/machine.h"
#include "models/lifecycle/row_rules.h"

namespace fencepost::models {
namespace {

bool RowIsTheSame(const State& a, const State& b, int worker) {
  return RowState::Get(a, worker) == RowState::Get(b, worker) &&
         Owner::Get(a, worker) == Owner::Get(b, worker) &&
         OwnerEpoch::Get(a, worker) == OwnerEpoch::Get(b, worker);
}

// Checks states, owner and epoch against the lifecycle table alone.
void ExpectChangedBy(const RowRule& rule, const State& before, const Step<State>& step,
                     int worker) {
  const State& after = step.next;
  EXPECT_TRUE(Among(rule.from, RowState::Get(before, worker)));
  const unsigned to = rule.to == kNoRow ? RowState::Get(before, worker) : rule.to;
  EXPECT_EQ(RowState::Get(after, worker), to);
  if (Among(kTerminalCodes, to)) return;  // the model keeps no epoch and no owner
  EXPECT_EQ(Owner::Get(after, worker),
            rule.sets_owner ? ControlPlaneOf(step.detail) : Owner::Get(before, worker));
  const unsigned raised = rule.raises_epoch ? 1 : 0;
  EXPECT_EQ(OwnerEpoch::Get(after, worker), OwnerEpoch::Get(before, worker) + raised);
}

// Checks every step with one worker, and with two workers a part of the protocol.
TEST(StepEvents, NameTheOperationThatChangesTheRow) {
  std::set<Operation> committed;
  std::set<Operation> refused;
  for (const Options& options :
       {Options{}, Options{.workers = 2, .epochs = 1, .secrets = false, .pauses = false}}) {
    const auto graph = ReachableGraph(Machine(options), 2'000'000);
    ASSERT_TRUE(graph.has_value());
    for (const StateEdge& edge : graph->edges) {
      const State before = graph->states[edge.from];
      const Step<State> step{
          .next = graph->states[edge.to], .rule = edge.rule, .detail = edge.detail};
      int committing = kNoWorker;
      for (const StepEvent& event : EventsOf(before, step)) {
        if (!event.row.has_value()) continue;
        if (event.event == "row_committed") {
          committing = event.worker;
          committed.insert(event.row->operation);
          ExpectChangedBy(RowRuleFor(event.row->operation), before, step, event.worker);
        } else {
          refused.insert(event.row->operation);
          EXPECT_TRUE(IsMiss(event.row->outcome)) << "AddMiss says why";
        }
      }
      for (int worker = 0; worker < options.workers; ++worker) {
        EXPECT_TRUE(worker == committing || RowIsTheSame(before, step.next, worker));
      }
      if (testing::Test::HasFailure()) FAIL() << DescribeStep(edge.rule, edge.detail);
    }
  }
  EXPECT_EQ(committed.size(), kOperationCount - 1) << "all but the second kind of create";
  EXPECT_TRUE(refused.contains(Operation::kDrain) && refused.contains(Operation::kRetireOrphan));
}

// The two creates are the only equivalent operations. A further pair would weaken the comparisons
// by these names.
TEST(StepEvents, OnlyCreatesAreAlikeInTheModel) {
  const std::vector<Operation> creates = {Operation::kCreateOrgSlot, Operation::kCreateWarmSlot};
  for (const TransitionRule& rule : kLifecycle) {
    const bool create = rule.from.Empty();
    EXPECT_EQ(EquivalentOperations(rule.operation),
              create ? creates : std::vector<Operation>{rule.operation})
        << rule.name;
  }
}

TEST(StepEvents, HaveTheNamesOfTheEvents) {
  const WorkerRow row;
  const TransitionRequest request;
  const PodName name("worker-1");
  const PodUid uid("uid-1");
  const Image image("image-1");
  const SessionRow session;
  const CpId cp("cp-1");
  std::set<std::string_view> names;
  for (const EventBody& body : std::initializer_list<EventBody>{
           RowCommitted{{}, {}, nullptr, nullptr, row, {}}, RowRefused{request, {}, nullptr, {}},
           PodStarted{{}, name, uid, image}, PodDeleted{{}, name, uid, true, uid}, SecretCreated{},
           SecretDeleted{}, SessionChanged{session, {}}, ProcessEnded{cp, false}}) {
    names.insert(EventName(body));
  }
  std::set<std::string_view> told;
  const auto graph = ReachableGraph(Machine(Options{.epochs = 2}), 1'000'000);
  ASSERT_TRUE(graph.has_value());
  for (const StateEdge& edge : graph->edges) {
    const Step<State> step{
        .next = graph->states[edge.to], .rule = edge.rule, .detail = edge.detail};
    for (const StepEvent& event : EventsOf(graph->states[edge.from], step)) {
      told.insert(event.event);
    }
  }
  EXPECT_EQ(told, names);
}

// The events of a planted bug include the drain that misses and its reason.
TEST(StepEvents, TellTheFlagshipRace) {
  Options options{.secrets = false, .planted_bug = PlantedBug::kEpochGuardedWhileReadOrWritten};
  options.crashes = options.pauses = options.lost_replies = false;
  const Machine machine(options);
  const auto trace = TraceTo(machine, Search(machine, {}), false);
  std::vector<std::string> told;
  State before = trace.initial;
  for (const Step<State>& step : trace.steps) {
    for (const StepEvent& event : EventsOf(before, step)) {
      told.emplace_back(event.event);
      if (!event.row.has_value()) continue;
      told.back() += " " + std::string(OperationName(event.row->operation)) + " " +
                     std::string(OutcomeName(event.row->outcome)) + " " +
                     std::string(StateName(event.row->state.value())) + " " +
                     std::to_string(event.row->epoch);
    }
    before = step.next;
  }
  const std::vector<std::string> expected = {
      "row_committed create_warm_slot transitioned spawning 1",
      "pod_started",
      "row_committed publish_reserved transitioned reserved 1",
      "row_committed begin_activation transitioned activating 1",
      "row_committed finish_activation transitioned hot 1",
      "row_committed refresh_lease transitioned hot 2",
      "row_refused drain fence_miss_epoch hot 2",
      "process_ended"};
  EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace fencepost::models
