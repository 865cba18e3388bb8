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

using What = Seen::What;

constexpr int kProcess = 0;
constexpr int kOthers = 1;
constexpr unsigned kPresentEpoch = 2;

bool IsJanitors(Operation operation) { return RuleOf(operation).fence == FenceKind::kSnapshot; }

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
    Followed* const followed = workers_.Find(created->worker);
    if (followed == nullptr) return;
    OnPlatform(*followed, What::kSecretCreatedByIt, What::kSecretCreated, false,
               absl::StrCat("the secret of ", WorkerName(created->worker), " was created"));
  }
  if (const auto* deleted = std::get_if<SecretDeleted>(&event.body)) {
    Followed* const followed = workers_.Find(deleted->worker);
    if (followed == nullptr) return;
    OnPlatform(*followed, What::kSecretDeletedByIt, What::kSecretDeleted, IsTerminal(*followed),
               absl::StrCat("the secret of ", WorkerName(deleted->worker), " was deleted"));
  }
}

bool MemoryConformance::IsTerminal(const Followed& followed) {
  return Among(kTerminalCodes, RowState::Get(followed.seen));
}

MemoryConformance::Process& MemoryConformance::ProcessOfBoot(BootId boot) {
  const auto found = std::find_if(processes_.begin(), processes_.end(),
                                  [boot](const Process& process) { return process.boot == boot; });
  if (found != processes_.end()) return *found;
  Process& process = processes_.emplace_back();
  process.boot = boot;
  return process;
}

MemoryConformance::Follower& MemoryConformance::FollowerOf(Followed& followed, BootId boot) {
  for (Follower& follower : followed.followers) {
    if (follower.boot == boot) return follower;
  }
  State seen = followed.seen;
  if (OwnerEpoch::Get(seen, 0) != 0) {
    Owner::Set(seen, followed.owner == boot ? kProcess : kOthers, 0);
  }
  RegistrationOf::Set(seen, ProcessOfBoot(boot).registration, kProcess);
  return followed.followers.emplace_back(
      Follower{.boot = boot, .place = automaton_.Start(seen), .last = {}, .claimed = {}});
}

void MemoryConformance::OthersLanding(Followed& followed, Operation operation,
                                      const Follower* actor) {
  for (Follower& follower : followed.followers) {
    if (&follower == actor) continue;
    follower.place =
        automaton_.After(follower.place, {.what = What::kOthersLanding, .operation = operation});
  }
}

void MemoryConformance::OnCommitted(const RowCommitted& commit) {
  const WorkerId worker = commit.after.worker_id;
  if (commit.before == nullptr) workers_[worker] = Followed{};
  Followed* const followed = workers_.Find(worker);
  if (followed == nullptr) return;  // not from its beginning

  if (IsJanitors(commit.operation)) {
    if (commit.operation == Operation::kRetireFromSnapshot &&
        !Among(kPassingCodes, RowState::Get(followed->seen))) {
      return RefuseListing(commit);
    }
    OthersLanding(*followed, commit.operation, nullptr);
  } else {
    Follower& actor = FollowerOf(*followed, commit.id.boot);
    OthersLanding(*followed, commit.operation, &actor);
    const Place before = actor.place;
    actor.last = commit.id;
    if (commit.request == nullptr || commit.operation == Operation::kTakeOver) {
      actor.claimed = commit.after.owner_epoch;
    }
    actor.place = automaton_.After(
        before,
        {.what = What::kOwnLanding,
         .operation = commit.operation,
         .owner_gone = commit.facts.owner_gone,
         // That a client comes back is what it has seen, before the session ended perhaps.
         .live_session = commit.facts.live_session || commit.operation == Operation::kTakeOver});
    if (ProcessOfBoot(commit.id.boot).ended || actor.place == MemoryAutomaton::kNone) {
      return Refuse(absl::StrCat(NameOf(commit.id.boot), " did ",
                                 std::string(OperationName(commit.operation)), " and made ",
                                 Describe(commit.after)),
                    before);
    }
  }
  State& seen = followed->seen;
  RowState::Set(seen, RowCode(commit.after.state));
  OwnerEpoch::Set(seen, fencepost::IsTerminal(commit.after.state) ? 0 : kPresentEpoch);
  if (RuleOf(commit.operation).effects.Has(Effect::kSetOwner)) followed->owner = commit.id.boot;
}

void MemoryConformance::OnRefused(const RowRefused& refused) {
  const TransitionRequest& request = refused.request;
  if (RuleOf(request.operation).fence != FenceKind::kLease || refused.row == nullptr) return;
  Followed* const followed = workers_.Find(request.worker);
  if (followed == nullptr) return;
  Follower& actor = FollowerOf(*followed, request.id.boot);
  if (actor.last == request.id) return;  // it was repeated, since its reply was lost
  actor.last = request.id;
  // A call that was under way, or a listing that was looked at late: the worker has come to its
  // end, belongs to another, or was claimed anew by the process itself. Nothing comes of it.
  const bool late = kFencedStates.Has(refused.row->state) ||
                    refused.row->owner_cp != request.believed_owner ||
                    request.believed_epoch < actor.claimed;
  if (late) return;
  // A repetition that comes behind a later operation of the same process.
  if (refused.outcome == TransitionOutcome::kFenceMissTouched) return;
  const Place before = actor.place;
  actor.place = automaton_.After(
      before, {.what = What::kOwnMiss,
               .operation = request.operation,
               .owner_gone = refused.facts.owner_gone,
               .live_session = refused.outcome == TransitionOutcome::kFenceMissSession});
  if (actor.place != MemoryAutomaton::kNone) return;
  Refuse(
      absl::StrCat(NameOf(request.id.boot), " tried to ",
                   std::string(OperationName(request.operation)), " ", WorkerName(request.worker),
                   " and was refused: ", std::string(OutcomeName(refused.outcome))),
      before);
}

void MemoryConformance::OnControlPlane(const ControlPlaneChanged& changed) {
  Process& process = ProcessOfBoot(changed.row.boot_id);
  process.cp = changed.row.cp_id;
  std::optional<Seen> seen;
  switch (changed.row.state) {
    case CpState::kActive:
      if (changed.before == CpState::kExpired) seen = Seen{.what = What::kRevived};
      break;
    case CpState::kDraining:
      seen = Seen{.what = changed.before == CpState::kExpired ? What::kRevived : What::kDraining};
      break;
    case CpState::kExpired:
      if (changed.row.expiry_cause == ExpiryCause::kMissedHeartbeat) {
        seen = Seen{.what = What::kExpired};
      } else if (changed.row.expiry_cause == ExpiryCause::kDeregistered) {
        seen = Seen{.what = What::kDeregistered, .live_session = true};
      } else {
        seen = Seen{.what = What::kExpiredForGood};
      }
      break;
  }
  if (!seen.has_value()) return;
  if (changed.row.state != CpState::kExpired) {
    process.registration = Registration::kLive;
  } else {
    process.registration =
        seen->what == What::kExpired ? Registration::kExpired : Registration::kGone;
  }
  workers_.ForEach([&](WorkerId worker, Followed& followed) {
    for (Follower& follower : followed.followers) {
      if (follower.boot != process.boot || refusal_.has_value()) continue;
      const Place before = follower.place;
      follower.place = automaton_.After(before, *seen);
      if (follower.place != MemoryAutomaton::kNone) continue;
      Refuse(
          absl::StrCat(NameOf(process.boot), " became ",
                       std::string(CpStateName(changed.row.state)), " with ", WorkerName(worker)),
          before);
    }
  });
}

void MemoryConformance::OnSession(const SessionChanged& changed) {
  if (changed.before.has_value() || changed.session.state != SessionState::kActive) return;
  Followed* const followed = workers_.Find(changed.session.worker_id);
  if (followed == nullptr) return;
  Follower& owner = FollowerOf(*followed, followed->owner);
  const Place before = owner.place;
  owner.place = automaton_.After(before, {.what = What::kSessionOpened});
  if (owner.place != MemoryAutomaton::kNone) return;
  Refuse(absl::StrCat(NameOf(followed->owner), " opened a session on ",
                      WorkerName(changed.session.worker_id)),
         before);
}

void MemoryConformance::OnEnded(const ProcessEnded& ended) {
  for (Process& process : processes_) {
    if (process.cp != ended.cp || !ended.crashed) continue;
    process.ended = true;
    workers_.ForEach([&](WorkerId, Followed& followed) {
      std::erase_if(followed.followers,
                    [&](const Follower& follower) { return follower.boot == process.boot; });
    });
  }
}

void MemoryConformance::OnPodStarted(const PodStarted& started) {
  Followed* const followed = workers_.Find(started.worker);
  if (followed == nullptr || !followed->pod.empty()) return;
  followed->pod = started.uid;
  // The call may have been under way while the worker came to its end.
  OnPlatform(*followed, What::kPodCreatedByIt, What::kPodCreated,
             Among(kFencedCodes, RowState::Get(followed->seen)),
             absl::StrCat("pod ", started.name.text(), " was created"));
}

void MemoryConformance::OnPodDeleted(const PodDeleted& deleted) {
  Followed* const followed = workers_.Find(deleted.worker);
  if (followed == nullptr || followed->pod != deleted.uid) return;
  if (!deleted.by_request) {
    return OnPlatform(*followed, What::kPodDied, What::kPodDied, /*excused=*/true, "");
  }
  // What is left of a worker that has ended is the janitor's.
  OnPlatform(*followed, What::kPodDeletedByIt, What::kPodDeleted, IsTerminal(*followed),
             absl::StrCat("pod ", deleted.name.text(), " was deleted"));
}

void MemoryConformance::OnPlatform(Followed& followed, Seen::What by_it, Seen::What by_any,
                                   bool excused, const std::string& event) {
  bool someone = excused;
  Place before = MemoryAutomaton::kNone;
  for (Follower& follower : followed.followers) {
    before = follower.place;
    someone = someone || automaton_.After(before, {.what = by_it}) != MemoryAutomaton::kNone;
    follower.place = automaton_.After(before, {.what = by_any});
  }
  State& seen = followed.seen;
  if (by_any == What::kPodCreated) PodOf::Set(seen, Pod::kExists);
  if (by_any == What::kPodDeleted) PodOf::Set(seen, Pod::kDeleted);
  if (by_any == What::kPodDied) PodOf::Set(seen, Pod::kNone);
  if (by_any == What::kSecretCreated) SecretExists::Set(seen, true);
  if (by_any == What::kSecretDeleted) SecretExists::Set(seen, false);
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

void MemoryConformance::Refuse(const std::string& event, Place place) {
  refusal_ = absl::StrCat("the model refuses that ", event, ": no choreography takes this step");
  const std::vector<State>& states = automaton_.States(place);
  if (states.empty()) return;
  const std::string first = DescribeState(states.front(), 1, 1);
  absl::StrAppend(
      &*refusal_, "; of ", states.size(),
      " states that fit what was seen one is (cp-1 is the process, cp-2 anybody else)\n",
      absl::StripTrailingAsciiWhitespace(first));
}

}  // namespace fencepost::models
