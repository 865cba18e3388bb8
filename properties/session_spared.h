// Housekeeping cuts off no running session, and an operation that must spare live sessions does.
//
// Which operations must is written by hand (properties/lifecycle_edges.h), and which sessions live
// is known from their true events, not from what the store says beside a commit.
#pragma once

#include "core/events/worker_table.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class SessionSpared : public Property {
 public:
  SessionSpared()
      : Property("session-spared",
                 "No pod with an active session is deleted by shutdown, parking or reaping while "
                 "its worker is healthy.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  void OnCommit(const RowCommitted& commit);

  Ledger ledger_;
  WorkerTable<bool> pod_died_;
};

}  // namespace fencepost::properties
