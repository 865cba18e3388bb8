#include "properties/bounded_work.h"

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"

namespace fencepost::properties {
namespace {

// The judged stretch, in longest back-offs, and what may be made in it: one for each half of a
// back-off, as many as may be under way at once three times over, and those that a run's faults
// leave behind.
constexpr int kStretch = 5;
constexpr int kLeftByFaults = 20;

int Bound(const Config& config) {
  return 2 * kStretch + 3 * config.spawn_parallelism + kLeftByFaults;
}

}  // namespace

void BoundedWork::Reset() {
  Property::Reset();
  made_.clear();
}

void BoundedWork::On(const Event& event) {
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit, event.at);
}

void BoundedWork::OnCommit(const RowCommitted& commit, absl::Time at) {
  const WorkerRow& row = commit.after;
  const Key key(row.owner_cp, row.image);
  const bool was_spawning =
      commit.before != nullptr && commit.before->state == WorkerState::kSpawning;
  const bool came_up =
      was_spawning && (row.state == WorkerState::kIdle || row.state == WorkerState::kReserved);
  if (came_up) made_.erase(key);
  if (commit.before != nullptr) return;
  std::deque<absl::Time>& made = made_[key];
  made.push_back(at);
  const absl::Duration stretch = kStretch * config()->image_backoff_limit;
  while (made.front() < at - stretch) made.pop_front();
  if (static_cast<int>(made.size()) <= Bound(*config())) return;
  Broken(absl::StrCat(row.owner_cp.text(), " has made ", made.size(), " workers of ",
                      row.image.text(), " within ", absl::FormatDuration(stretch),
                      ", and none has come up"));
}

}  // namespace fencepost::properties
