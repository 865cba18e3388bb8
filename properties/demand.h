// What clients wait for and what fills the caps, from the true events of requests and rows.
//
// A property owns it, shows it every event, and asks whether the end of a parked worker was asked
// for. An end may land late: a request counts for a while after its answer.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/rules/replies.h"
#include "core/rules/worker.h"
#include "properties/active_workers.h"

namespace fencepost::properties {

class Demand {
 public:
  void Reset();
  // REQUIRES: called for every event, in their order.
  void On(const Event& event, const Caps& caps);
  // Whether a request found a cap full, and the end of the parked worker makes room for it.
  bool AsksForRoomOf(const WorkerRow& parked) const;

 private:
  struct Request {
    CpId cp;
    SessionToken token;
    Org org;
    Image image;
    absl::Time answered = absl::InfiniteFuture();
    bool org_was_full = false;
    bool fleet_was_full = false;
  };

  void NoteWhatIsFull(const Caps& caps);

  ActiveWorkers active_;
  std::vector<Request> requests_;
};

}  // namespace fencepost::properties
