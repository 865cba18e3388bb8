// The model judges every operation on every row, under every belief of its caller, as the core
// does.
#include <gtest/gtest.h>

#include "core/rules/request.h"
#include "models/checker/model.h"
#include "models/lifecycle/row_rules.h"

namespace fencepost::models {
namespace {

constexpr std::array<const char*, 2> kNames = {"cp-1", "cp-2"};

struct Row {
  WorkerState state;
  int owner;
  unsigned epoch;
  bool session;
  bool owner_gone;
};

State PackedOf(const Row& row) {
  State state;
  RowState::Set(state, RowCode(row.state));
  // The model keeps no owner of a terminal row, since no fence compares it.
  if (!IsTerminal(row.state)) {
    Owner::Set(state, row.owner);
    OwnerEpoch::Set(state, row.epoch);
  }
  LiveSession::Set(state, row.session);
  if (row.owner_gone) RegistrationOf::Set(state, Registration::kGone, row.owner);
  return state;
}

WorkerRow RowOf(const Row& row) {
  WorkerRow worker;
  worker.state = row.state;
  worker.owner_cp = CpId(kNames[static_cast<std::size_t>(row.owner)]);
  worker.owner_epoch = Epoch{row.epoch};
  worker.revision = Revision{7};
  return worker;
}

TransitionRequest RequestOf(const Attempt& attempt, const Row& row) {
  const TransitionRule& rule = RuleOf(attempt.operation);
  TransitionRequest request;
  request.operation = attempt.operation;
  request.id = OperationId{.boot = BootId{1}, .sequence = 9};
  request.believed_owner = CpId(kNames[static_cast<std::size_t>(attempt.cp)]);
  request.believed_epoch = Epoch{attempt.epoch};
  request.believed_state = row.state;
  request.believed_revision = attempt.current ? Revision{7} : Revision{6};
  if (rule.fence == FenceKind::kSnapshot) {
    request.believed_owner = CpId(kNames[static_cast<std::size_t>(row.owner)]);
    request.believed_epoch = Epoch{row.epoch};
  }
  request.guards = rule.guards;
  if (attempt.spare_sessions) request.guards = request.guards.With(Guard::kNoLiveSession);
  request.target = OnlyTarget(rule);
  if (!request.target.has_value() && !rule.to.Empty()) request.target = WorkerState::kRetired;
  return request;
}

template <class Visit>
void ForEachAttempt(const Row& row, Visit visit) {
  for (const TransitionRule& rule : kLifecycle) {
    if (rule.from.Empty()) continue;  // there is no row to judge
    for (const int cp : {0, 1}) {
      for (const unsigned epoch : {1U, 2U}) {
        for (const bool current : {true, false}) {
          for (const bool spare : {false, rule.may_spare_sessions}) {
            visit(Attempt{.operation = rule.operation,
                          .worker = 0,
                          .cp = cp,
                          .epoch = epoch,
                          .current = current || rule.fence != FenceKind::kSnapshot,
                          .spare_sessions = spare},
                  row);
          }
        }
      }
    }
  }
}

template <class Visit>
void ForEachRow(Visit visit) {
  for (const WorkerState state : kAllWorkerStates) {
    for (const int owner : {0, 1}) {
      for (const unsigned epoch : {1U, 2U}) {
        for (const bool session : {false, true}) {
          for (const bool gone : {false, true}) visit(Row{state, owner, epoch, session, gone});
        }
      }
    }
  }
}

TEST(Judgement, IsTheCoresForEveryRowAndBelief) {
  int compared = 0;
  ForEachRow([&](const Row& row) {
    ForEachAttempt(row, [&](const Attempt& attempt, const Row&) {
      const WorkerRow worker = RowOf(row);
      const TransitionOutcome core =
          fencepost::Judge(RequestOf(attempt, row), &worker, {row.owner_gone, row.session});
      const TransitionOutcome model = JudgeRow(PackedOf(row), attempt, PlantedBug::kNone);
      EXPECT_EQ(OutcomeName(model), OutcomeName(core))
          << OperationName(attempt.operation) << " on " << StateName(row.state);
      ++compared;
    });
  });
  EXPECT_GT(compared, 10'000);
}

TEST(Landing, ChangesTheRowAsTheCoreDoes) {
  ForEachRow([&](const Row& row) {
    ForEachAttempt(row, [&](const Attempt& attempt, const Row&) {
      State state = PackedOf(row);
      if (JudgeRow(state, attempt, PlantedBug::kNone) != TransitionOutcome::kTransitioned) return;
      EXPECT_EQ(BrokenByLanding(state, attempt, PlantedBug::kNone), kNothingBroken);
      ApplyToRow(state, attempt, PlantedBug::kNone);
      WorkerRow worker = RowOf(row);
      TransitionRequest request = RequestOf(attempt, row);
      request.new_owner = CpId(kNames[static_cast<std::size_t>(attempt.cp)]);
      Apply(request, absl::UnixEpoch(), worker);
      EXPECT_EQ(RowState::Get(state), RowCode(worker.state));
      EXPECT_EQ(FenceLanded::Get(state), RuleOf(attempt.operation).grants_fence);
      if (IsTerminal(worker.state)) return;
      EXPECT_EQ(OwnerEpoch::Get(state), Number(worker.owner_epoch));
      EXPECT_EQ(kNames[static_cast<std::size_t>(Owner::Get(state))], worker.owner_cp.text());
    });
  });
}

}  // namespace
}  // namespace fencepost::models
