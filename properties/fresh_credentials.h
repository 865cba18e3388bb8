// A client that is at work never works with credentials that have expired, and nobody asks for new
// ones without need.
//
// A worker is at work while it is hot with an active session. The property takes the expiry of its
// credentials from the row, the sessions from their true events, and counts the refreshes that
// landed. A worker whose pod died or fell ill is not judged, nor one whose org the issuer has
// refused. Judged at rest, because only then is it known which control planes a fault has hit; one
// that was paused, or whose loops do not run, is not judged.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"
#include "core/events/worker_table.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class FreshCredentials : public Property {
 public:
  FreshCredentials()
      : Property("fresh-credentials",
                 "No client works with expired credentials, and none are refreshed in a storm.") {}

  void Reset() override;
  void On(const Event& event) override;
  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }

 private:
  struct Worker {
    CpId owner;
    Org org;
    bool hot = false;
    bool excused = false;                         // its pod has died or fallen ill
    absl::Time expiry = absl::InfiniteFuture();   // of its credentials
    absl::Time at_work = absl::InfiniteFuture();  // since when
    std::deque<absl::Time> refreshed;             // the last times
  };
  struct Finding {
    CpId cp;
    Org org;
    std::string what;
  };

  void OnCommit(const RowCommitted& commit);
  void OnRefresh(WorkerId id, Worker& worker);
  // Judges what is open, then looks whether the worker is at work.
  void Update(WorkerId id, Worker& worker, absl::Time store_now);
  void Judge(WorkerId id, const Worker& worker);
  // Judges the workers of a control plane that ends, and judges it no more.
  void Close(const CpId& cp);

  absl::Time now_ = absl::InfinitePast();
  absl::Duration skew_;  // how far the store's clock was ahead at the last commit
  Ledger ledger_;
  WorkerTable<Worker> workers_;
  absl::btree_set<Org> refused_;
  absl::btree_set<CpId> refreshing_;  // their loops run
  absl::btree_set<CpId> closed_;
  std::vector<Finding> findings_;
};

}  // namespace fencepost::properties
