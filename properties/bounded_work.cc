#include "properties/bounded_work.h"

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"
#include "properties/lifecycle_edges.h"

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
  in_vain_.clear();
}

void BoundedWork::On(const Event& event) {
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit, event.at);
}

void BoundedWork::OnCommit(const RowCommitted& commit, absl::Time at) {
  const WorkerRow& row = commit.after;
  const Key key(row.owner_cp, row.image);
  if (commit.before == nullptr || commit.before->state != WorkerState::kSpawning) return;
  const bool came_up = row.state == WorkerState::kIdle || row.state == WorkerState::kReserved;
  if (came_up) in_vain_.erase(key);
  if (!IsFenced(row.state)) return;
  std::deque<absl::Time>& ended = in_vain_[key];
  ended.push_back(at);
  const absl::Duration stretch = kStretch * config()->image_backoff_limit;
  while (ended.front() < at - stretch) ended.pop_front();
  if (static_cast<int>(ended.size()) <= Bound(*config())) return;
  Broken(absl::StrCat(row.owner_cp.text(), " has made ", ended.size(), " workers of ",
                      row.image.text(), " in vain within ", absl::FormatDuration(stretch),
                      ", and none has come up"));
}

}  // namespace fencepost::properties
