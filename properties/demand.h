// What clients wait for and what fills the caps, from the true events of requests and rows.
//
// A property owns it, shows it every event, and asks whether the end of a parked worker was asked
// for. An end may land late: a request counts for a while after its answer.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "core/rules/replies.h"
#include "core/rules/worker.h"

namespace fencepost::properties {

class Demand {
 public:
  void Reset();
  // REQUIRES: called for every event, in their order.
  void On(const Event& event, const Caps& caps);
  // Whether a request found a cap full, and the end of the parked worker makes room for it.
  bool AsksForRoomOf(const WorkerRow& parked) const;

 private:
  struct Worker {
    Org org;
    bool active = false;
  };
  struct Request {
    CpId cp;
    SessionToken token;
    Org org;
    Image image;
    absl::Time answered = absl::InfiniteFuture();
    bool org_was_full = false;
    bool fleet_was_full = false;
  };

  void Count(const WorkerRow& row);
  void NoteWhatIsFull(const Caps& caps);

  WorkerTable<Worker> workers_;
  absl::btree_map<Org, std::int64_t> active_of_org_;
  std::int64_t active_ = 0;
  std::vector<Request> requests_;
};

}  // namespace fencepost::properties
