// The requests of clients that wait for their turn to be served.
//
// A request that waits costs no activity, and so no thread. Turns go to the org that had its last
// turn the longest ago, and within an org to the request that came first. Requests that found no
// capacity are tried one at a time for each org and image, the first one first, so that what
// becomes free is not snatched from it. The number of requests is bounded, per org and in all, and
// so is the number that is served at once. Belongs to one control plane's strand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/plane/ticket.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"

namespace fencepost {

class WaitingLine {
 public:
  explicit WaitingLine(const Config& config) : config_(config) {}

  // ResourceExhausted, with the bound that is met, when too many requests are open.
  absl::Status Join(const TicketPtr& ticket);
  // The request whose turn it is; null when none can be served now. It counts as being served until
  // Return or Finish.
  TicketPtr TakeNext(absl::Time now);
  // The request that is being served has got a worker or room for one: it no longer competes for
  // capacity, and the next one may.
  void Claimed(Ticket& ticket);
  // Back to its place, to be tried again at `next_try`, or earlier if it lacked capacity and some
  // becomes free. REQUIRES: it is being served.
  void Return(const TicketPtr& ticket, absl::Time next_try, bool lacked_capacity);
  // REQUIRES: it is being served.
  void Finish(Ticket& ticket);
  // Removes the request; false if it does not wait.
  bool Leave(const TicketPtr& ticket);
  // What kept the org's requests from being served is over: they need not wait for their next try.
  void TryAgain(const Org& org);
  // The first request of each org and image that lacked capacity may be tried at once.
  void CapacityFreed();

  // Removes and returns the waiting requests whose deadline has passed, or all waiting requests.
  std::vector<TicketPtr> TakeExpired(absl::Time now);
  std::vector<TicketPtr> TakeAll() { return TakeExpired(absl::InfiniteFuture()); }

  // When the next deadline of a request that waits comes, or the time to try it again.
  absl::Time NextTime(absl::Time now) const;
  bool empty() const { return waiting_ == 0; }
  // Requests that wait or are being served.
  int open() const { return waiting_ + served_; }

 private:
  struct OrgLine {
    std::deque<TicketPtr> waiting;  // in the order of their numbers
    int served = 0;
    std::vector<Image> probed;  // images for which a request is tried alone
    std::uint64_t turn = 0;     // when it had its last turn
  };
  using Lines = absl::btree_map<Org, OrgLine>;

  // The index of the request that may be tried first; the size of the line when there is none.
  std::size_t FirstReady(const OrgLine& line, absl::Time now) const;
  void EndProbe(OrgLine& line, Ticket& ticket);
  void StopServing(OrgLine& line, Ticket& ticket);
  void EraseIfEmpty(Lines::iterator line);

  const Config& config_;
  Lines lines_;
  int waiting_ = 0;
  int served_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_turn_ = 0;
  std::uint64_t frees_ = 0;  // how often capacity has become free
};

}  // namespace fencepost
