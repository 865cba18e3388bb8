#include "properties/demand.h"

#include <algorithm>

namespace fencepost::properties {
namespace {

// Longer than any call is held up.
constexpr absl::Duration kLandsWithin = absl::Minutes(10);

}  // namespace

void Demand::Reset() {
  active_.Reset();
  requests_.clear();
}

void Demand::On(const Event& event, const Caps& caps) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    active_.On(commit->after);
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

void Demand::NoteWhatIsFull(const Caps& caps) {
  for (Request& request : requests_) {
    if (request.answered != absl::InfiniteFuture()) continue;
    if (active_.of_org(request.org) >= caps.per_org) request.org_was_full = true;
    if (active_.of_fleet() >= caps.global) request.fleet_was_full = true;
  }
}

bool Demand::AsksForRoomOf(const WorkerRow& parked) const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const Request& request) {
    if (request.org == parked.org && request.image == parked.image) return false;
    return request.fleet_was_full || (request.org_was_full && request.org == parked.org);
  });
}

}  // namespace fencepost::properties
