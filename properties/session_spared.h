// Housekeeping cuts off no running session, and an operation that must spare live sessions does.
#pragma once

#include "absl/container/btree_map.h"
#include "core/events/worker_table.h"
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
  void OnSession(const SessionRow& session);
  void OnCommit(const RowCommitted& commit);

  // The expiry of each active session, by worker. No worker has an empty map.
  absl::btree_map<WorkerId, absl::btree_map<SessionToken, absl::Time>> active_;
  WorkerTable<bool> pod_died_;
};

}  // namespace fencepost::properties
