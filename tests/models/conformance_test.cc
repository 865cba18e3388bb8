// Every simulated run of the core is a run of the model. A run that is not is refused, and the
// refusal names the guard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/conformance/conformance.h"
#include "models/conformance/edge_coverage.h"
#include "models/conformance/row_conformance.h"
#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::models {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kSeeds = 300;

class Conforms : public testing::TestWithParam<const Scenario*> {};

Conformance ConformanceOf(const Scenario& scenario) {
  return Conformance(scenario.drives_lifecycle_directly ? Judged::kRows
                                                        : Judged::kRowsAndProcesses);
}

TEST_P(Conforms, InEveryRun) {
  Conformance conformance = ConformanceOf(*GetParam());
  RunOptions options;
  options.observer = &conformance;
  const auto runner = Runner::Create(*GetParam(), options);
  ASSERT_TRUE(runner.ok()) << runner.status();
  std::uint64_t steps = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    conformance.Reset();
    sim::RandomWalk walk(seed);
    ASSERT_EQ((*runner)->Run(walk).end, RunEnd::kPassed) << "seed " << seed;
    ASSERT_FALSE(conformance.refusal().has_value())
        << "seed " << seed << ": " << *conformance.refusal();
    steps += conformance.steps();
  }
  EXPECT_GT(steps, kSeeds / 2) << "runs without a step show nothing";
}

std::vector<const Scenario*> Scenarios() {
  std::vector<const Scenario*> scenarios;
  for (const Scenario& scenario : AllScenarios()) scenarios.push_back(&scenario);
  return scenarios;
}
INSTANTIATE_TEST_SUITE_P(Scenarios, Conforms, testing::ValuesIn(Scenarios()),
                         [](const auto& tested) {
                           std::string name(tested.param->name);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Conforms, MostScenariosAreJudgedByTheirProcessesToo) {
  int direct = 0;
  for (const Scenario& scenario : AllScenarios())
    direct += scenario.drives_lifecycle_directly ? 1 : 0;
  EXPECT_EQ(direct, 4);
}

// 20 seeds of each scenario reach every operation of the table, and most edges of the model.
TEST(Coverage, EveryOperationLandsInSomeRun) {
  Conformance conformance(Judged::kRows);
  RunOptions options;
  options.observer = &conformance;
  for (const Scenario& scenario : AllScenarios()) {
    const auto runner = Runner::Create(scenario, options);
    ASSERT_TRUE(runner.ok()) << runner.status();
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      conformance.Reset();
      sim::RandomWalk walk(seed);
      static_cast<void>((*runner)->Run(walk));
    }
  }
  EXPECT_EQ(conformance.operations().Uncovered(), "");
  for (const TransitionOutcome outcome :
       {TransitionOutcome::kFenceMissState, TransitionOutcome::kFenceMissOwner,
        TransitionOutcome::kFenceMissEpoch, TransitionOutcome::kFenceMissTouched,
        TransitionOutcome::kFenceMissCpRevived, TransitionOutcome::kFenceMissSession}) {
    EXPECT_GT(conformance.operations().outcomes[static_cast<std::size_t>(outcome)], 0U)
        << OutcomeName(outcome);
  }
  const std::vector<std::size_t> edges = EdgesOfTheModel();
  const auto covered = std::count_if(edges.begin(), edges.end(), [&](std::size_t edge) {
    return conformance.edges().seen[edge] != 0;
  });
  EXPECT_EQ(edges.size(), 271U);
  EXPECT_GT(covered, 120);
}

TEST(Coverage, NamesAnEdge) {
  const Edge edge(RowCode(WorkerState::kHot), Pod::kExists, Operation::kDrain,
                  Edge::Attempt::kMissedByAnother);
  EXPECT_EQ(EdgeName(edge.number()), "hot, pod: drain refused, to another than its owner");
  EXPECT_EQ(
      EdgeName(
          Edge(kNoRow, Pod::kNone, Operation::kCreateOrgSlot, Edge::Attempt::kLanded).number()),
      "no row: create_warm_slot");
  EXPECT_EQ(
      EdgeName(
          Edge(RowCode(WorkerState::kLost), Pod::kDeleted, WorkerChange::kSecretDeleted).number()),
      "lost, pod deleted: the secret is deleted");
}

// ---- Refusals of rows --------------------------------------------------------------------------

WorkerRow HotRow() {
  WorkerRow row;
  row.worker_id = WorkerId{1};
  row.state = WorkerState::kHot;
  row.owner_cp = CpId("cp-1");
  row.owner_epoch = Epoch{4};
  row.revision = Revision{9};
  return row;
}

TransitionRequest DrainUnder(Epoch epoch) {
  TransitionRequest request;
  request.operation = Operation::kDrain;
  request.worker = WorkerId{1};
  request.believed_owner = CpId("cp-1");
  request.believed_epoch = epoch;
  request.target = WorkerState::kDraining;
  return request;
}

std::string RefusalOf(const EventBody& body) {
  RowConformance conformance;
  conformance.On(Event{.source = "store", .activity = {}, .body = body});
  return conformance.refusal().value_or("");
}

TEST(Refusal, NamesTheGuardOfAStaleLease) {
  const WorkerRow before = HotRow();
  WorkerRow after = before;
  after.state = WorkerState::kDraining;
  const TransitionRequest current = DrainUnder(Epoch{4});
  const TransitionRequest stale = DrainUnder(Epoch{3});
  EXPECT_EQ(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &before, after, {}}), "");
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &stale, &before, after, {}}),
              HasSubstr("fence_miss_epoch; it stands at\n  worker 1: hot"));
}

TEST(Refusal, OfAWrongMissAndAWrongEffect) {
  const WorkerRow row = HotRow();
  const TransitionRequest current = DrainUnder(Epoch{4});
  EXPECT_THAT(RefusalOf(RowRefused{current, TransitionOutcome::kFenceMissEpoch, &row, {}}),
              HasSubstr("drain was refused: fence_miss_epoch: transitioned"));
  WorkerRow after = row;
  after.state = WorkerState::kRetired;
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &row, after, {}}),
              HasSubstr("it leads to another state"));
  after.state = WorkerState::kDraining;
  after.owner_epoch = Epoch{5};
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &row, after, {}}),
              HasSubstr("it does not raise the epoch"));
}

TEST(Refusal, OfADeletionWithoutAFence) {
  RowConformance conformance;
  const auto tell = [&](const EventBody& body) {
    conformance.On(Event{.source = "world", .activity = {}, .body = body});
  };
  WorkerRow row = HotRow();
  row.state = WorkerState::kSpawning;
  tell(RowCommitted{Operation::kCreateWarmSlot, {}, nullptr, nullptr, row, {}});
  const PodName name("fencepost-worker-1");
  const PodUid uid("uid-1");
  const PodUid none;
  tell(PodDeleted{WorkerId{1}, name, uid, /*by_request=*/false, none});
  EXPECT_FALSE(conformance.refusal().has_value());
  tell(PodDeleted{WorkerId{1}, name, uid, /*by_request=*/true, uid});
  EXPECT_THAT(conformance.refusal().value_or(""), HasSubstr("no fence has landed"));
}

// ---- Refusals of processes ---------------------------------------------------------------------

// The life of a worker of cp-1 (boot 1), as events of the store.
class OneProcess {
 public:
  OneProcess() {
    ControlPlaneRow cp;
    cp.cp_id = CpId("cp-1");
    cp.boot_id = kBoot;
    AddFinding(ControlPlaneChanged{cp, std::nullopt});
    row_.worker_id = WorkerId{1};
    row_.owner_cp = CpId("cp-1");
    row_.owner_epoch = Epoch{1};
    row_.revision = Revision{1};
    AddFinding(RowCommitted{Operation::kCreateOrgSlot, NextId(), nullptr, nullptr, row_, {}});
    AddFinding(SecretCreated{row_.worker_id});
    AddFinding(PodStarted{row_.worker_id, name_, uid_, image_});
    Lands(Operation::kPublishReserved, WorkerState::kReserved);
    Lands(Operation::kBeginActivation, WorkerState::kActivating);
    Lands(Operation::kFinishActivation, WorkerState::kHot);
  }

  void Lands(Operation operation, WorkerState to) {
    const WorkerRow before = row_;
    const TransitionRequest request = Request(operation, row_.owner_epoch);
    row_.state = to;
    row_.revision = Next(row_.revision);
    if (RuleOf(operation).effects.Has(Effect::kRaiseEpoch)) {
      row_.owner_epoch = Next(row_.owner_epoch);
    }
    AddFinding(RowCommitted{operation, request.id, &request, &before, row_, {}});
  }
  void Misses(Operation operation, Epoch epoch, TransitionOutcome outcome) {
    const TransitionRequest request = Request(operation, epoch);
    AddFinding(RowRefused{request, outcome, &row_, {}});
  }
  void DeletesThePod() {
    AddFinding(PodDeleted{row_.worker_id, name_, uid_, /*by_request=*/true, uid_});
  }
  void OpensASession(const char* token) {
    SessionRow session;
    session.id.token = SessionToken(token);
    session.worker_id = row_.worker_id;
    session.epoch = row_.owner_epoch;
    AddFinding(SessionChanged{session, std::nullopt});
  }
  void Crashes() { AddFinding(ProcessEnded{row_.owner_cp, /*crashed=*/true}); }
  void Drains() {
    ControlPlaneRow cp;
    cp.cp_id = CpId("cp-1");
    cp.boot_id = kBoot;
    cp.state = CpState::kDraining;
    AddFinding(ControlPlaneChanged{cp, CpState::kActive});
  }

  Epoch epoch() const { return row_.owner_epoch; }
  std::string refusal() const { return conformance_.refusal().value_or(""); }

 private:
  static constexpr BootId kBoot{1};

  OperationId NextId() { return {kBoot, ++sequence_}; }
  TransitionRequest Request(Operation operation, Epoch epoch) {
    TransitionRequest request;
    request.operation = operation;
    request.id = NextId();
    request.worker = row_.worker_id;
    request.believed_owner = CpId("cp-1");
    request.believed_epoch = epoch;
    request.believed_revision = row_.revision;
    request.guards = RuleOf(operation).guards;
    return request;
  }
  void AddFinding(const EventBody& body) {
    conformance_.On(Event{.source = "store", .activity = {}, .body = body});
  }

  Conformance conformance_;
  WorkerRow row_;
  std::uint64_t sequence_ = 0;
  const PodName name_{"worker-1"};
  const PodUid uid_{"uid-1"};
  const Image image_{"image-1"};
};

TEST(Processes, AShutdownInItsOrderIsARunOfTheModel) {
  OneProcess process;
  process.Drains();
  process.Lands(Operation::kDrain, WorkerState::kDraining);
  process.DeletesThePod();
  process.Lands(Operation::kRetireDrained, WorkerState::kRetired);
  EXPECT_EQ(process.refusal(), "");
}

TEST(Processes, WhoHasDrainedMayStopThereAndTheJanitorGoesOn) {
  OneProcess process;
  process.Drains();
  process.Lands(Operation::kDrain, WorkerState::kDraining);
  process.Crashes();
  process.Lands(Operation::kRetireFromSnapshot, WorkerState::kRetired);
  process.DeletesThePod();
  EXPECT_EQ(process.refusal(), "");
}

// The process's own refresh has raised the epoch, and no other process has changed the worker. So
// the cell would have held the new lease.
TEST(Processes, ADrainUnderALeaseThatItsOwnRefreshHasReplacedIsRefused) {
  OneProcess process;
  const Epoch before = process.epoch();
  process.Lands(Operation::kRefreshLease, WorkerState::kHot);
  process.Drains();
  process.Misses(Operation::kDrain, before, TransitionOutcome::kFenceMissEpoch);
  EXPECT_THAT(process.refusal(), HasSubstr("cp-1 tried to drain worker-1 and was refused: "
                                           "fence_miss_epoch: no choreography takes this step"));
}

// An activation opens one session, the one that it was requested for.
TEST(Processes, ASecondSessionOnOneActivationIsRefused) {
  OneProcess process;
  process.OpensASession("session-1");
  EXPECT_EQ(process.refusal(), "");
  process.OpensASession("session-2");
  EXPECT_THAT(process.refusal(), HasSubstr("cp-1 opened a session on worker-1"));
}

TEST(Processes, ADeletionByNobodyWhoHasDrainedIsRefused) {
  OneProcess process;
  process.Drains();
  process.Lands(Operation::kDrain, WorkerState::kDraining);
  process.Crashes();
  process.DeletesThePod();
  EXPECT_THAT(process.refusal(), HasSubstr("pod worker-1 was deleted"));
}

TEST(Processes, AStampWithoutARefreshIsRefused) {
  OneProcess process;
  process.Lands(Operation::kStampCredentials, WorkerState::kHot);
  EXPECT_THAT(process.refusal(), HasSubstr("cp-1 did stamp_credentials"));
}

TEST(Processes, WhoHasCrashedDoesNothing) {
  OneProcess process;
  process.Crashes();
  process.Lands(Operation::kPark, WorkerState::kHotIdle);
  EXPECT_THAT(process.refusal(), HasSubstr("cp-1 did park"));
}

TEST(Processes, NoJanitorListsAHotWorkerAsStuck) {
  OneProcess process;
  process.Lands(Operation::kRetireFromSnapshot, WorkerState::kRetired);
  EXPECT_THAT(process.refusal(), HasSubstr("no janitor lists a worker as stuck that was hot"));
}

// After a refresh has landed, the process's next operation is the stamp.
// Between two rounds of a drain the workers that still have a client are refreshed.
TEST(Processes, ARefreshWhileTheProcessDrainsIsAllowed) {
  OneProcess process;
  process.Drains();
  process.Lands(Operation::kRefreshLease, WorkerState::kHot);
  process.Lands(Operation::kStampCredentials, WorkerState::kHot);
  process.Lands(Operation::kRefreshLease, WorkerState::kHot);
  EXPECT_EQ(process.refusal(), "");
}

}  // namespace
}  // namespace fencepost::models
