#include "core/plane/waiting_line.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"

namespace fencepost {
namespace {

bool Has(const std::vector<Image>& images, const Image& image) {
  return std::find(images.begin(), images.end(), image) != images.end();
}

// The next request that waits for the image takes the place of one that waited for capacity and is
// gone: it was held back, so it is tried alone as well, from `next_try` on.
void PassOn(std::deque<TicketPtr>& waiting, const Image& image, absl::Time next_try) {
  for (const TicketPtr& ticket : waiting) {
    const bool never_tried = ticket->next_try == absl::InfinitePast();
    if (ticket->image != image || !(ticket->lacked_capacity || never_tried)) continue;
    ticket->lacked_capacity = true;
    ticket->next_try = next_try;
    return;
  }
}

absl::Status TooMany(absl::string_view whose, int open, absl::string_view bound) {
  return absl::ResourceExhaustedError(
      absl::StrCat(whose, " ", open, " open requests; ", bound, " allows no more"));
}

}  // namespace

absl::Status WaitingLine::Join(const TicketPtr& ticket) {
  if (open() >= config_.open_requests) {
    return TooMany("the control plane has", open(), "open_requests");
  }
  OrgLine& line = lines_[ticket->org];
  const int open_here = static_cast<int>(line.waiting.size()) + line.served;
  if (open_here >= config_.open_requests_per_org) {
    return TooMany(absl::StrCat(ticket->org.text(), " has"), open_here, "open_requests_per_org");
  }
  ticket->number = ++last_number_;
  line.waiting.push_back(ticket);
  ++waiting_;
  return absl::OkStatus();
}

// ---- Turns -------------------------------------------------------------------------------------

std::size_t WaitingLine::FirstReady(const OrgLine& line, absl::Time now) const {
  if (line.served >= config_.serve_parallelism_per_org) return line.waiting.size();
  std::vector<Image> scarce = line.probed;  // an earlier request waits for capacity
  for (std::size_t i = 0; i < line.waiting.size(); ++i) {
    const Ticket& ticket = *line.waiting[i];
    const bool held_back = Has(scarce, ticket.image);
    if (!held_back && ticket.next_try <= now) return i;
    if (!held_back && ticket.lacked_capacity) scarce.push_back(ticket.image);
  }
  return line.waiting.size();
}

TicketPtr WaitingLine::TakeNext(absl::Time now) {
  if (waiting_ == 0 || served_ >= config_.serve_parallelism) return nullptr;
  OrgLine* next = nullptr;
  std::size_t place = 0;
  for (auto& [org, line] : lines_) {
    if (next != nullptr && line.turn >= next->turn) continue;
    const std::size_t first = FirstReady(line, now);
    if (first == line.waiting.size()) continue;
    next = &line;
    place = first;
  }
  if (next == nullptr) return nullptr;
  TicketPtr ticket = next->waiting[place];
  next->waiting.erase(next->waiting.begin() + static_cast<std::ptrdiff_t>(place));
  --waiting_;
  ++served_;
  ++next->served;
  ticket->turn_before = next->turn;
  ticket->frees_seen = frees_;
  next->turn = ++last_turn_;
  ticket->probing = ticket->lacked_capacity;
  if (ticket->probing) next->probed.push_back(ticket->image);
  return ticket;
}

void WaitingLine::EndProbe(OrgLine& line, Ticket& ticket) {
  if (!ticket.probing) return;
  ticket.probing = false;
  line.probed.erase(std::find(line.probed.begin(), line.probed.end(), ticket.image));
}

void WaitingLine::Claimed(Ticket& ticket) {
  if (!ticket.probing) return;
  OrgLine& line = lines_[ticket.org];
  EndProbe(line, ticket);
  ticket.lacked_capacity = false;
  PassOn(line.waiting, ticket.image, absl::InfinitePast());  // there may be room for the next, too
}

void WaitingLine::StopServing(OrgLine& line, Ticket& ticket) {
  Check(line.served > 0, "only a request that is being served comes back");
  EndProbe(line, ticket);
  --line.served;
  --served_;
}

void WaitingLine::Return(const TicketPtr& ticket, absl::Time next_try, bool lacked_capacity) {
  OrgLine& line = lines_[ticket->org];
  StopServing(line, *ticket);
  ticket->lacked_capacity = lacked_capacity;
  // If some capacity has become free since it was taken, it may have looked too early.
  const bool looked_too_early = lacked_capacity && frees_ != ticket->frees_seen;
  ticket->next_try = looked_too_early ? absl::InfinitePast() : next_try;
  // A turn that gave nothing does not count, or an org could lose every turn to the one before it.
  if (lacked_capacity) line.turn = std::min(line.turn, ticket->turn_before);
  const auto place =
      std::find_if(line.waiting.begin(), line.waiting.end(),
                   [&](const TicketPtr& other) { return other->number > ticket->number; });
  line.waiting.insert(place, ticket);
  ++waiting_;
}

void WaitingLine::Finish(Ticket& ticket) {
  const auto line = lines_.find(ticket.org);
  Check(line != lines_.end(), "a request that is being served has a line");
  const bool probed = ticket.probing;
  StopServing(line->second, ticket);
  if (probed) PassOn(line->second.waiting, ticket.image, absl::InfinitePast());
  EraseIfEmpty(line);
}

void WaitingLine::EraseIfEmpty(Lines::iterator line) {
  if (line->second.waiting.empty() && line->second.served == 0) lines_.erase(line);
}

// ---- Waiting -----------------------------------------------------------------------------------

bool WaitingLine::Leave(const TicketPtr& ticket) {
  const auto line = lines_.find(ticket->org);
  if (line == lines_.end()) return false;
  if (std::erase(line->second.waiting, ticket) == 0) return false;
  --waiting_;
  if (ticket->lacked_capacity) PassOn(line->second.waiting, ticket->image, ticket->next_try);
  EraseIfEmpty(line);
  return true;
}

void WaitingLine::TryAgain(const Org& org) {
  const auto line = lines_.find(org);
  if (line == lines_.end()) return;
  for (const TicketPtr& ticket : line->second.waiting) {
    if (!ticket->lacked_capacity) ticket->next_try = absl::InfinitePast();
  }
}

void WaitingLine::CapacityFreed() {
  ++frees_;
  for (auto& [org, line] : lines_) {
    std::vector<Image> seen;
    for (const TicketPtr& ticket : line.waiting) {
      if (!ticket->lacked_capacity || Has(seen, ticket->image)) continue;
      seen.push_back(ticket->image);
      ticket->next_try = absl::InfinitePast();
    }
  }
}

std::vector<TicketPtr> WaitingLine::TakeExpired(absl::Time now) {
  std::vector<TicketPtr> expired;
  for (const auto& [org, line] : lines_) {
    for (const TicketPtr& ticket : line.waiting) {
      if (ticket->deadline <= now) expired.push_back(ticket);
    }
  }
  for (const TicketPtr& ticket : expired) Leave(ticket);
  return expired;
}

absl::Time WaitingLine::NextTime(absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [org, line] : lines_) {
    for (const TicketPtr& ticket : line.waiting) {
      next = std::min(next, ticket->deadline);
      if (ticket->next_try > now) next = std::min(next, ticket->next_try);
    }
  }
  return next;
}

}  // namespace fencepost
