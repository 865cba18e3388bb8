// Neither a client for whom there is capacity nor a loop of a control plane is starved.
//
// A client is starved while its request is open, an idle worker of its image is ready and its org
// has room for it (or a parked worker of its org and image is ready, or a cap is full of parked
// workers that cannot serve it), and nothing changes for its org. A loop is starved when it takes
// longer than its bound from one pass to the next. The bounds follow from the settings. A control
// plane that a fault has hit, or that was paused, is not judged.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "core/events/worker_table.h"
#include "properties/active_workers.h"
#include "properties/property.h"

namespace fencepost::properties {

class Progress : public Property {
 public:
  Progress()
      : Property("progress",
                 "While capacity stands ready, a request is not kept waiting beyond the standard "
                 "patience by what others do, and every loop passes within its bound.") {}

  void Reset() override;
  void On(const Event& event) override;
  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }

 private:
  struct Worker {
    Org org;
    Image image;
    WorkerState state = WorkerState::kRetired;
  };
  struct Request {
    CpId cp;
    SessionToken token;
    Org org;
    Image image;
    absl::Time still_since;  // infinite future: it is not starved
    WorkerId ready{};        // the worker that could have served it, or made room for it
  };
  struct Loop {
    CpId cp;
    std::string name;
    absl::Time passed;
  };
  struct Finding {
    CpId cp;
    std::string what;
  };

  void OnCommit(const RowCommitted& commit);
  // Adds the worker to those that are parked or stand ready, or takes it away.
  void Count(WorkerId id, const Worker& worker, int sign);
  // The worker that could serve the request right now; 0 when there is none.
  WorkerId ReadyFor(const Request& request) const;
  WorkerId FirstReady(const Org& org, const Image& image) const;
  // A parked worker that keeps the request from the room that it needs; 0 when there is none.
  WorkerId FirstInTheWay(const Request& request, bool org_is_full) const;
  void Ask(const ClientAsked& asked);
  void Answer(const ClientAnswered& answered);
  void Pass(const CpId& cp, std::string_view loop);
  void Judge(const Request& request);
  void Judge(const Loop& loop);
  // Judges what is open on the control plane, which ends, and judges it no more.
  void Close(const CpId& cp);
  std::string OthersOpen(const Request& request) const;

  absl::Time now_ = absl::InfinitePast();
  WorkerTable<Worker> workers_;
  ActiveWorkers active_;
  // The parked workers of each org and image; of no org: the idle ones.
  absl::btree_map<std::pair<Org, Image>, absl::btree_set<WorkerId>> ready_;
  std::vector<Request> requests_;  // open, in the order in which they came
  std::vector<Loop> loops_;
  std::vector<Finding> findings_;
  absl::btree_set<CpId> not_judged_;
};

}  // namespace fencepost::properties
