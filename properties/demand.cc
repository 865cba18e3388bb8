#include "properties/demand.h"

#include <algorithm>

#include "properties/lifecycle_edges.h"

namespace fencepost::properties {
namespace {

// Longer than any call is held up.
constexpr absl::Duration kLandsWithin = absl::Minutes(10);

}  // namespace

void Demand::Reset() {
  workers_.Clear();
  active_of_org_.clear();
  active_ = 0;
  requests_.clear();
}

void Demand::On(const Event& event, const Caps& caps) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    Count(commit->after);
  } else if (const auto* asked = std::get_if<ClientAsked>(&event.body)) {
    std::erase_if(requests_, [&](const Request& request) {
      return request.answered + kLandsWithin < event.at;
    });
    requests_.push_back({asked->cp, asked->token, asked->org, asked->image});
  } else if (const auto* answered = std::get_if<ClientAnswered>(&event.body)) {
    for (Request& request : requests_) {
      if (request.cp == answered->cp && request.token == answered->token) {
        request.answered = event.at;
      }
    }
  } else if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) {
    for (Request& request : requests_) {
      if (request.cp == ended->cp) request.answered = std::min(request.answered, event.at);
    }
  } else {
    return;
  }
  NoteWhatIsFull(caps);
}

void Demand::Count(const WorkerRow& row) {
  Worker& worker = workers_[row.worker_id];
  const auto count = [&](std::int64_t sign) {
    if (!worker.active) return;
    active_ += sign;
    active_of_org_[worker.org] += sign;
  };
  count(-1);
  worker = {row.org, !HasEnded(row.state)};
  count(1);
}

void Demand::NoteWhatIsFull(const Caps& caps) {
  for (Request& request : requests_) {
    if (request.answered != absl::InfiniteFuture()) continue;
    const auto used = active_of_org_.find(request.org);
    if (used != active_of_org_.end() && used->second >= caps.per_org) request.org_was_full = true;
    if (active_ >= caps.global) request.fleet_was_full = true;
  }
}

bool Demand::AsksForRoomOf(const WorkerRow& parked) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
    if (request.org == parked.org && request.image == parked.image) return false;
    return request.fleet_was_full || (request.org_was_full && request.org == parked.org);
  });
}

}  // namespace fencepost::properties
