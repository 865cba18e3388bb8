#include "properties/caps_held.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void CapsHeld::Reset() {
  Property::Reset();
  workers_.Clear();
  of_org_.clear();
  active_ = 0;
  warm_.clear();
  ledger_.Reset();
}

void CapsHeld::On(const Event& event) {
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit);
}

void CapsHeld::Count(const Known& known, std::int64_t sign) {
  if (HasEnded(known.state)) return;
  active_ += sign;
  if (!known.org.empty()) {
    of_org_[known.org] += sign;
  } else if (known.state == WorkerState::kSpawning || known.state == WorkerState::kIdle) {
    warm_[known.image][known.owner] += sign;
  }
}

void CapsHeld::Account(const WorkerRow& row) {
  Known* known = workers_.Find(row.worker_id);
  if (known != nullptr) Count(*known, -1);
  if (known == nullptr) known = &workers_[row.worker_id];
  known->state = row.state;
  if (known->org != row.org) known->org = row.org;
  if (known->image != row.image) known->image = row.image;
  if (known->owner != row.owner_cp) known->owner = row.owner_cp;
  Count(*known, +1);
}

void CapsHeld::OnCommit(const RowCommitted& commit) {
  Account(commit.after);
  if (config() == nullptr) return;
  const WorkerRow& row = commit.after;
  const bool creates = commit.before == nullptr;
  const bool binds = !row.org.empty() && (creates || commit.before->org.empty());
  if (binds && of_org_[row.org] > config()->caps.per_org) {
    Broken(absl::StrCat("org ", row.org.text(), " has ", of_org_[row.org], " active workers with ",
                        Describe(row), ", its cap is ", config()->caps.per_org));
  }
  if (creates) JudgeCreate(row);
}

void CapsHeld::JudgeCreate(const WorkerRow& row) {
  if (active_ > config()->caps.global) {
    Broken(absl::StrCat("there are ", active_, " active workers with ", Describe(row),
                        ", the cap is ", config()->caps.global));
  }
  if (!row.org.empty()) return;
  const auto target = config()->warm_target.find(row.image);
  if (target == config()->warm_target.end()) return;
  if (const std::int64_t warm = CountWarm(row.image); warm > target->second) {
    Broken(absl::StrCat("of image ", row.image.text(), " there are ", warm,
                        " idle workers or spawns with ", Describe(row), ", the target is ",
                        target->second));
  }
}

// Workers whose owner is gone do not count, because they will never serve a client.
std::int64_t CapsHeld::CountWarm(const Image& image) const {
  const auto owners = warm_.find(image);
  if (owners == warm_.end()) return 0;
  std::int64_t count = 0;
  for (const auto& [owner, workers] : owners->second) {
    if (!ledger_.OwnerMayBe(OwnerMustBe::kGone, owner)) count += workers;
  }
  return count;
}

}  // namespace fencepost::properties
