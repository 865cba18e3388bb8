#include "models/conformance/memory_conformance.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/rules/worker.h"
#include "models/lifecycle/row_rules.h"
#include "models/lifecycle/rules.h"

namespace fencepost::models {
namespace {

using Kind = Observation::Kind;

bool IsJanitorRule(Operation operation) { return RuleOf(operation).fence == FenceKind::kSnapshot; }

std::string WorkerName(WorkerId worker) { return absl::StrCat("worker-", Number(worker)); }

}  // namespace

void MemoryConformance::Reset() {
  workers_.Clear();
  processes_.clear();
  refusal_.reset();
}

void MemoryConformance::On(const Event& event) {
  if (refusal_.has_value()) return;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) return OnCommitted(*commit);
  if (const auto* refused = std::get_if<RowRefused>(&event.body)) return OnRefused(*refused);
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    return OnControlPlane(*changed);
  }
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) return OnSession(*changed);
  if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) return OnEnded(*ended);
  if (const auto* started = std::get_if<PodStarted>(&event.body)) return OnPodStarted(*started);
  if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) return OnPodDeleted(*deleted);
  if (const auto* created = std::get_if<SecretCreated>(&event.body)) {
    TrackedWorker* const tracked = workers_.Find(created->worker);
    if (tracked == nullptr) return;
    OnPlatform(*tracked, Kind::kSecretCreatedByProcess, Kind::kSecretCreated, false,
               absl::StrCat("the secret of ", WorkerName(created->worker), " was created"));
  }
  if (const auto* deleted = std::get_if<SecretDeleted>(&event.body)) {
    TrackedWorker* const tracked = workers_.Find(deleted->worker);
    if (tracked == nullptr) return;
    OnPlatform(*tracked, Kind::kSecretDeletedByProcess, Kind::kSecretDeleted, IsTerminal(*tracked),
               absl::StrCat("the secret of ", WorkerName(deleted->worker), " was deleted"));
  }
}

bool MemoryConformance::IsTerminal(const TrackedWorker& tracked) {
  return Among(kTerminalCodes, RowState::Get(tracked.seen));
}

MemoryConformance::Process& MemoryConformance::ProcessOfBoot(BootId boot) {
  const auto found = std::find_if(processes_.begin(), processes_.end(),
                                  [boot](const Process& process) { return process.boot == boot; });
  if (found != processes_.end()) return *found;
  Process& process = processes_.emplace_back();
  process.boot = boot;
  return process;
}

MemoryConformance::Tracker& MemoryConformance::TrackerOf(TrackedWorker& tracked, BootId boot) {
  for (Tracker& tracker : tracked.trackers) {
    if (tracker.boot == boot) return tracker;
  }
  State seen = tracked.seen;
  if (OwnerEpoch::Get(seen, 0) != 0) {
    Owner::Set(seen, tracked.owner == boot ? kProcess : kOthers, 0);
  }
  RegistrationOf::Set(seen, ProcessOfBoot(boot).registration, kProcess);
  return tracked.trackers.emplace_back(
      Tracker{.boot = boot, .node = automaton_.Start(seen), .last = {}, .claimed = {}});
}

void MemoryConformance::TransitionByOther(TrackedWorker& tracked, Operation operation,
                                          const Tracker* actor) {
  for (Tracker& tracker : tracked.trackers) {
    if (&tracker == actor) continue;
    tracker.node =
        automaton_.After(tracker.node, {.kind = Kind::kTransitionByOther, .operation = operation});
  }
}

void MemoryConformance::OnCommitted(const RowCommitted& commit) {
  const WorkerId worker = commit.after.worker_id;
  if (commit.before == nullptr) workers_[worker] = TrackedWorker{};
  TrackedWorker* const tracked = workers_.Find(worker);
  if (tracked == nullptr) return;  // the stream does not contain the creation of the row

  if (IsJanitorRule(commit.operation)) {
    if (commit.operation == Operation::kRetireFromSnapshot &&
        !Among(kTransientCodes, RowState::Get(tracked->seen))) {
      return RefuseListing(commit);
    }
    TransitionByOther(*tracked, commit.operation, nullptr);
  } else {
    Tracker& actor = TrackerOf(*tracked, commit.id.boot);
    TransitionByOther(*tracked, commit.operation, &actor);
    const Node before = actor.node;
    actor.last = commit.id;
    if (commit.request == nullptr || commit.operation == Operation::kTakeOver) {
      actor.claimed = commit.after.owner_epoch;
    }
    actor.node = automaton_.After(
        before,
        {.kind = Kind::kOwnTransition,
         .operation = commit.operation,
         .owner_gone = commit.facts.owner_gone,
         // A take-over was caused by a session, which may have ended since.
         .live_session = commit.facts.live_session || commit.operation == Operation::kTakeOver});
    if (ProcessOfBoot(commit.id.boot).ended || actor.node == MemoryAutomaton::kNone) {
      return Refuse(absl::StrCat(NameOf(commit.id.boot), " did ",
                                 std::string(OperationName(commit.operation)), " and made ",
                                 Describe(commit.after)),
                    before);
    }
  }
  State& seen = tracked->seen;
  RowState::Set(seen, RowCode(commit.after.state));
  OwnerEpoch::Set(seen, fencepost::IsTerminal(commit.after.state) ? 0 : kPresentEpoch);
  if (RuleOf(commit.operation).effects.Has(Effect::kSetOwner)) tracked->owner = commit.id.boot;
}

void MemoryConformance::OnRefused(const RowRefused& refused) {
  const TransitionRequest& request = refused.request;
  if (RuleOf(request.operation).fence != FenceKind::kLease || refused.row == nullptr) return;
  TrackedWorker* const tracked = workers_.Find(request.worker);
  if (tracked == nullptr) return;
  Tracker& actor = TrackerOf(*tracked, request.id.boot);
  if (actor.last == request.id) return;  // a repetition after a lost reply
  actor.last = request.id;
  // A late call, or a call based on an old listing: the worker has ended, belongs to another owner,
  // or was claimed again by the process. The miss has no consequence.
  const bool late = kFencedStates.Has(refused.row->state) ||
                    refused.row->owner_cp != request.believed_owner ||
                    request.believed_epoch < actor.claimed;
  if (late) return;
  // A repetition that arrived after a later operation of the same process.
  if (refused.outcome == TransitionOutcome::kFenceMissTouched) return;
  const Node before = actor.node;
  actor.node = automaton_.After(
      before, {.kind = Kind::kOwnMiss,
               .operation = request.operation,
               .owner_gone = refused.facts.owner_gone,
               .live_session = refused.outcome == TransitionOutcome::kFenceMissSession});
  if (actor.node != MemoryAutomaton::kNone) return;
  Refuse(
      absl::StrCat(NameOf(request.id.boot), " tried to ",
                   std::string(OperationName(request.operation)), " ", WorkerName(request.worker),
                   " and was refused: ", std::string(OutcomeName(refused.outcome))),
      before);
}

void MemoryConformance::OnControlPlane(const ControlPlaneChanged& changed) {
  Process& process = ProcessOfBoot(changed.row.boot_id);
  process.cp = changed.row.cp_id;
  std::optional<Observation> seen;
  switch (changed.row.state) {
    case CpState::kActive:
      if (changed.before == CpState::kExpired) seen = Observation{.kind = Kind::kRevived};
      break;
    case CpState::kDraining:
      seen = Observation{.kind = changed.before == CpState::kExpired ? Kind::kRevived
                                                                     : Kind::kDraining};
      break;
    case CpState::kExpired:
      if (changed.row.expiry_cause == ExpiryCause::kMissedHeartbeat) {
        seen = Observation{.kind = Kind::kExpired};
      } else if (changed.row.expiry_cause == ExpiryCause::kDeregistered) {
        seen = Observation{.kind = Kind::kDeregistered, .live_session = true};
      } else {
        seen = Observation{.kind = Kind::kExpiredForGood};
      }
      break;
  }
  if (!seen.has_value()) return;
  if (changed.row.state != CpState::kExpired) {
    process.registration = Registration::kLive;
  } else {
    process.registration =
        seen->kind == Kind::kExpired ? Registration::kExpired : Registration::kGone;
  }
  workers_.ForEach([&](WorkerId worker, TrackedWorker& tracked) {
    for (Tracker& tracker : tracked.trackers) {
      if (tracker.boot != process.boot || refusal_.has_value()) continue;
      const Node before = tracker.node;
      tracker.node = automaton_.After(before, *seen);
      if (tracker.node != MemoryAutomaton::kNone) continue;
      Refuse(
          absl::StrCat(NameOf(process.boot), " became ",
                       std::string(CpStateName(changed.row.state)), " with ", WorkerName(worker)),
          before);
    }
  });
}

void MemoryConformance::OnSession(const SessionChanged& changed) {
  if (changed.before.has_value() || changed.session.state != SessionState::kActive) return;
  TrackedWorker* const tracked = workers_.Find(changed.session.worker_id);
  if (tracked == nullptr) return;
  Tracker& owner = TrackerOf(*tracked, tracked->owner);
  const Node before = owner.node;
  owner.node = automaton_.After(before, {.kind = Kind::kSessionOpened});
  if (owner.node != MemoryAutomaton::kNone) return;
  Refuse(absl::StrCat(NameOf(tracked->owner), " opened a session on ",
                      WorkerName(changed.session.worker_id)),
         before);
}

void MemoryConformance::OnEnded(const ProcessEnded& ended) {
  for (Process& process : processes_) {
    if (process.cp != ended.cp || !ended.crashed) continue;
    process.ended = true;
    workers_.ForEach([&](WorkerId, TrackedWorker& tracked) {
      std::erase_if(tracked.trackers,
                    [&](const Tracker& tracker) { return tracker.boot == process.boot; });
    });
  }
}

void MemoryConformance::OnPodStarted(const PodStarted& started) {
  TrackedWorker* const tracked = workers_.Find(started.worker);
  if (tracked == nullptr || !tracked->pod.empty()) return;
  tracked->pod = started.uid;
  // The call may have been under way when the worker ended.
  OnPlatform(*tracked, Kind::kPodCreatedByProcess, Kind::kPodCreated,
             Among(kFencedCodes, RowState::Get(tracked->seen)),
             absl::StrCat("pod ", started.name.text(), " was created"));
}

void MemoryConformance::OnPodDeleted(const PodDeleted& deleted) {
  TrackedWorker* const tracked = workers_.Find(deleted.worker);
  if (tracked == nullptr || tracked->pod != deleted.uid) return;
  if (!deleted.by_request) {
    return OnPlatform(*tracked, Kind::kPodDied, Kind::kPodDied, /*excused=*/true, "");
  }
  // The janitor deletes the pod and the secret of a terminal worker.
  OnPlatform(*tracked, Kind::kPodDeletedByProcess, Kind::kPodDeleted, IsTerminal(*tracked),
             absl::StrCat("pod ", deleted.name.text(), " was deleted"));
}

void MemoryConformance::OnPlatform(TrackedWorker& tracked, Observation::Kind by_actor,
                                   Observation::Kind by_any, bool excused,
                                   const std::string& event) {
  bool someone = excused;
  Node before = MemoryAutomaton::kNone;
  for (Tracker& tracker : tracked.trackers) {
    before = tracker.node;
    someone = someone || automaton_.After(before, {.kind = by_actor}) != MemoryAutomaton::kNone;
    tracker.node = automaton_.After(before, {.kind = by_any});
  }
  State& seen = tracked.seen;
  if (by_any == Kind::kPodCreated) PodOf::Set(seen, Pod::kExists);
  if (by_any == Kind::kPodDeleted) PodOf::Set(seen, Pod::kDeleted);
  if (by_any == Kind::kPodDied) PodOf::Set(seen, Pod::kNone);
  if (by_any == Kind::kSecretCreated) SecretExists::Set(seen, true);
  if (by_any == Kind::kSecretDeleted) SecretExists::Set(seen, false);
  if (!someone) Refuse(event, before);
}

std::string MemoryConformance::NameOf(BootId boot) {
  const CpId& cp = ProcessOfBoot(boot).cp;
  return cp.empty() ? absl::StrCat("boot ", Number(boot)) : std::string(cp.text());
}

void MemoryConformance::RefuseListing(const RowCommitted& commit) {
  refusal_ = absl::StrCat("the model refuses that ", std::string(OperationName(commit.operation)),
                          " made ", Describe(commit.after),
                          ": no janitor lists a worker as stuck that was ",
                          std::string(StateName(commit.before->state)));
}

void MemoryConformance::Refuse(const std::string& event, Node node) {
  refusal_ = absl::StrCat("the model refuses that ", event, ": no choreography takes this step");
  const std::vector<State>& states = automaton_.States(node);
  if (states.empty()) return;
  const std::string first = DescribeState(states.front(), 1, 1);
  absl::StrAppend(
      &*refusal_, "; of ", states.size(),
      " states that fit what was seen one is (cp-1 is the process, cp-2 anybody else)\n",
      absl::StripTrailingAsciiWhitespace(first));
}

}  // namespace fencepost::models
