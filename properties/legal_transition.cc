#include "properties/legal_transition.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {
namespace {

std::string Named(Operation operation) { return std::string(OperationName(operation)); }

// What no operation but the ones that say so may change.
const char* ForbiddenChange(const TransitionRule& rule, const WorkerRow& before,
                            const WorkerRow& after) {
  if (before.worker_id != after.worker_id) return "the worker's id";
  if (before.pod_name != after.pod_name) return "the pod's name";
  if (before.image != after.image) return "the image";
  if (before.created_at != after.created_at) return "the time of creation";
  const EffectSet& effects = rule.effects;
  const bool clears = effects.Has(Effect::kClearOrg) && after.org.empty();
  if (before.org != after.org && !effects.Has(Effect::kSetOrg) && !clears) return "the org";
  if (before.owner_cp != after.owner_cp && !effects.Has(Effect::kSetOwner)) return "the owner";
  if (before.pod_uid != after.pod_uid && !effects.Has(Effect::kRecordPodUid)) return "the pod uid";
  if (before.credentials_expiry != after.credentials_expiry &&
      !effects.Has(Effect::kRecordCredentials)) {
    return "the credentials' expiry";
  }
  if (before.activated_at != after.activated_at && !effects.Has(Effect::kRecordActivation)) {
    return "the time of activation";
  }
  if (before.retire_reason != after.retire_reason && !effects.Has(Effect::kRecordReason)) {
    return "the reason";
  }
  if (before.state == after.state && before.state_since != after.state_since) {
    return "the age of the state";
  }
  return nullptr;
}

}  // namespace

void LegalTransition::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  if (commit->before == nullptr) {
    OnCreate(*commit);
  } else {
    OnChange(*commit);
  }
}

void LegalTransition::OnCreate(const RowCommitted& commit) {
  const bool creates = RuleOf(commit.operation).from.Empty();
  if (!creates) Broken(Named(commit.operation) + " made a new row: " + Describe(commit.after));
  if (commit.after.state != WorkerState::kSpawning) {
    Broken("a new row does not begin as spawning: " + Describe(commit.after));
  }
}

void LegalTransition::OnChange(const RowCommitted& commit) {
  const TransitionRule& rule = RuleOf(commit.operation);
  const WorkerRow& before = *commit.before;
  const WorkerRow& after = commit.after;
  if (!EligibleStates(rule, after.state).Has(before.state)) {
    return Broken(Named(commit.operation) + " started from " + Describe(before));
  }
  const bool unbound = before.state == WorkerState::kIdle && before.org.empty();
  if (rule.guards.Has(Guard::kOrgBoundIfIdle) && unbound) {
    return Broken(Named(commit.operation) + " of a worker that no org has: " + Describe(before));
  }
  const bool activated = before.activated_at != absl::InfinitePast();
  if (rule.guards.Has(Guard::kNeverActivated) && activated) {
    return Broken(Named(commit.operation) + " of a worker that was activated: " + Describe(before));
  }
  const bool led_right = rule.to.Empty() ? after.state == before.state : rule.to.Has(after.state);
  if (!led_right) {
    return Broken(
        absl::StrCat(Named(commit.operation), " led ", Describe(before), " to ", Describe(after)));
  }
  if (const char* what = ForbiddenChange(rule, before, after)) {
    Broken(absl::StrCat(Named(commit.operation), " changed ", what, " of ", Describe(before)));
  }
}

}  // namespace fencepost::properties
