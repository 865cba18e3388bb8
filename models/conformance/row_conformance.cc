#include "models/conformance/row_conformance.h"

#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/rules/worker.h"
#include "models/checker/model.h"
#include "models/lifecycle/properties.h"
#include "models/lifecycle/rules.h"

namespace fencepost::models {
namespace {

using enum TransitionOutcome;

constexpr int kOwner = 0;
constexpr int kSomebodyElse = 1;
constexpr unsigned kOlderLease = 1;
constexpr unsigned kPresentLease = 2;
constexpr unsigned kNewerLease = 3;

// The model's encoding of a real row. `fenced` is ghost state, which the row does not show.
State PackedOf(const WorkerRow& row, const GuardFacts& facts, bool fenced) {
  State state;
  RowState::Set(state, RowCode(row.state));
  if (!IsTerminal(row.state)) {
    Owner::Set(state, kOwner);
    OwnerEpoch::Set(state, kPresentLease);
  }
  LiveSession::Set(state, facts.live_session);
  FenceLanded::Set(state, fenced);
  if (facts.owner_gone) RegistrationOf::Set(state, Registration::kGone, kOwner);
  return state;
}

unsigned EpochOf(Epoch believed, const WorkerRow& row) {
  if (believed == row.owner_epoch) return kPresentLease;
  return believed < row.owner_epoch ? kOlderLease : kNewerLease;
}

Attempt AttemptOf(const TransitionRequest& request, const WorkerRow& row) {
  const TransitionRule& rule = RuleOf(request.operation);
  Attempt attempt;
  attempt.operation = request.operation;
  const CpId& cp = rule.fence == FenceKind::kLease ? request.believed_owner : request.new_owner;
  attempt.cp = cp == row.owner_cp ? kOwner : kSomebodyElse;
  attempt.epoch = EpochOf(request.believed_epoch, row);
  attempt.current = request.believed_revision == row.revision;
  attempt.spare_sessions = request.guards.Has(Guard::kNoLiveSession);
  return attempt;
}

// Whether a later operation of the same process has landed. The model has no operation ids; a late
// repetition changes nothing and is no step of it.
bool IsLateRepetition(const TransitionRequest& request, const WorkerRow& row) {
  return row.last_operation.boot == request.id.boot && request.id < row.last_operation;
}

// For a stale snapshot the model answers `touched`; the store may name the field that has changed.
bool Agree(TransitionOutcome model, TransitionOutcome store, FenceKind fence) {
  if (model == store) return true;
  return fence == FenceKind::kSnapshot && model == kFenceMissTouched &&
         (store == kFenceMissState || store == kFenceMissOwner || store == kFenceMissEpoch);
}

std::string Named(Operation operation) { return std::string(OperationName(operation)); }

}  // namespace

std::string RowCoverage::Uncovered() const {
  std::string names;
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    if (landed[i] != 0) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", Named(static_cast<Operation>(i)));
  }
  return names;
}

void RowConformance::Reset() {
  workers_.Clear();
  steps_ = 0;
  refusal_.reset();
}

void RowConformance::On(const Event& event) {
  if (refusal_.has_value()) return;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) return OnCommitted(*commit);
  if (const auto* refused = std::get_if<RowRefused>(&event.body)) return OnRefused(*refused);
  if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) return OnPodDeleted(*deleted);
}

void RowConformance::OnCommitted(const RowCommitted& commit) {
  ++steps_;
  ++coverage_.landed[static_cast<std::size_t>(commit.operation)];
  const TransitionRule& rule = RuleOf(commit.operation);
  const std::string event = absl::StrCat(Named(commit.operation), " made ", Describe(commit.after));
  State* const known = workers_.Find(commit.after.worker_id);
  State state;
  Attempt attempt{.operation = commit.operation, .cp = kSomebodyElse};
  if (commit.before != nullptr) {
    const WorkerRow& before = *commit.before;
    if (known != nullptr && RowState::Get(*known) != RowCode(before.state)) {
      return Refuse(event, "the row was in another state", *known);
    }
    state = PackedOf(before, commit.facts, known != nullptr && FenceLanded::Get(*known));
    attempt.epoch = OwnerEpoch::Get(state, 0);
    if (commit.request != nullptr) attempt = AttemptOf(*commit.request, before);
  } else if (known != nullptr) {
    return Refuse(event, "the worker has a row already", *known);
  }
  const TransitionOutcome outcome = JudgeRow(state, attempt, PlantedBug::kNone);
  if (outcome != kTransitioned) return Refuse(event, std::string(OutcomeName(outcome)), state);

  State next = state;
  ApplyToRow(next, attempt, PlantedBug::kNone);
  const bool led_right = RowState::Get(next) == RowCode(commit.after.state) ||
                         (!rule.to.Empty() && rule.to.Has(commit.after.state));
  if (!led_right) return Refuse(event, "it leads to another state", next);
  const bool raised =
      commit.before == nullptr || commit.after.owner_epoch != commit.before->owner_epoch;
  if (raised != RowRuleFor(commit.operation).raises_epoch) {
    return Refuse(event, raised ? "it does not raise the epoch" : "it raises the epoch", next);
  }
  workers_[commit.after.worker_id] = PackedOf(commit.after, {}, FenceLanded::Get(next));
}

void RowConformance::OnRefused(const RowRefused& refused) {
  ++steps_;
  ++coverage_.outcomes[static_cast<std::size_t>(refused.outcome)];
  const TransitionRequest& request = refused.request;
  State state;
  Attempt attempt{.operation = request.operation};
  if (refused.row != nullptr) {
    if (refused.outcome == kFenceMissTouched && IsLateRepetition(request, *refused.row)) return;
    state = PackedOf(*refused.row, refused.facts, false);
    attempt = AttemptOf(request, *refused.row);
  }
  const TransitionOutcome outcome = JudgeRow(state, attempt, PlantedBug::kNone);
  if (Agree(outcome, refused.outcome, RuleOf(request.operation).fence)) return;
  Refuse(absl::StrCat(Named(request.operation),
                      " was refused: ", std::string(OutcomeName(refused.outcome))),
         std::string(OutcomeName(outcome)), state);
}

void RowConformance::OnPodDeleted(const PodDeleted& deleted) {
  if (!deleted.by_request) return;
  ++steps_;
  const State* const known = workers_.Find(deleted.worker);
  if (known == nullptr || FenceLanded::Get(*known)) return;  // a pod without a row has no owner
  Refuse(absl::StrCat("pod ", deleted.name.text(), " was deleted"), "no fence has landed", *known);
}

void RowConformance::Refuse(const std::string& event, const std::string& guard,
                            const State& state) {
  const std::string stands = DescribeState(state, 0, 1);
  refusal_ = absl::StrCat("the model refuses that ", event, ": ", guard, "; it stands at\n",
                          absl::StripTrailingAsciiWhitespace(stands));
}

}  // namespace fencepost::models
