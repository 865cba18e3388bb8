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

// A request may try again soon for a few times, and then at every eighth look for capacity.
constexpr int kSoon = 6;
constexpr int kLooks = 8;

double ActivationBound(const Config& config, int requests, absl::Duration open) {
  return kSoon * requests + absl::FDivDuration(open, kLooks * config.acquire_poll);
}

}  // namespace

void BoundedWork::Reset() {
  Property::Reset();
  in_vain_.clear();
  requests_.clear();
  org_of_.clear();
  unused_.clear();
  taken_over_.clear();
}

void BoundedWork::On(const Event& event) {
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    CountSpawn(*commit, event.at);
    CountActivation(*commit, event.at);
  } else if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    unused_.erase(changed->session.worker_id);
  } else if (const auto* asked = std::get_if<ClientAsked>(&event.body)) {
    Requests& requests = requests_[{asked->cp, asked->org}];
    ++requests.count;
    requests.asked[asked->token] = event.at;
    org_of_[{asked->cp, asked->token}] = asked->org;
  } else if (const auto* answered = std::get_if<ClientAnswered>(&event.body)) {
    const auto org = org_of_.find({answered->cp, answered->token});
    if (org == org_of_.end()) return;
    Requests& requests = requests_[{answered->cp, org->second}];
    const auto request = requests.asked.find(answered->token);
    requests.were_open += event.at - request->second;
    requests.asked.erase(request);
    org_of_.erase(org);
  }
}

void BoundedWork::CountActivation(const RowCommitted& commit, absl::Time at) {
  const WorkerRow& row = commit.after;
  // A client that comes back asks without a request, and brings its worker.
  if (commit.operation == Operation::kTakeOver) {
    taken_over_.insert(row.worker_id);
  } else if (commit.before != nullptr && commit.before->owner_epoch != row.owner_epoch &&
             row.state == WorkerState::kReserved) {
    taken_over_.erase(row.worker_id);
  }
  if (row.state == WorkerState::kHot && commit.before != nullptr &&
      commit.before->state == WorkerState::kActivating) {
    unused_.insert(row.worker_id);
    return;
  }
  if (row.state == WorkerState::kHot || unused_.erase(row.worker_id) == 0) return;
  if (row.state != WorkerState::kHotIdle || taken_over_.contains(row.worker_id)) return;
  const auto found = requests_.find({row.owner_cp, row.org});
  if (found == requests_.end()) return;  // nobody has asked: an operator's hand
  Requests& requests = found->second;
  ++requests.in_vain;
  absl::Duration open = requests.were_open;
  for (const auto& [token, since] : requests.asked) open += at - since;
  if (requests.in_vain <= ActivationBound(*config(), requests.count, open)) return;
  Broken(absl::StrCat(row.owner_cp.text(), " has activated a worker in vain ", requests.in_vain,
                      " times for ", requests.count, " requests of ", row.org.text(),
                      ", which were open for ", absl::FormatDuration(open)));
}

void BoundedWork::CountSpawn(const RowCommitted& commit, absl::Time at) {
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
