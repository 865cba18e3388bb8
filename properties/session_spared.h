// Nobody's running session is cut off by housekeeping, and what is to spare live sessions does.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"
#include "properties/worker_table.h"

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
  struct Session {
    WorkerId worker{};
    SessionState state = SessionState::kActive;
    absl::Time expires_at;
  };
  void OnCommit(const RowCommitted& commit);

  absl::btree_map<SessionToken, Session> sessions_;
  WorkerTable<bool> pod_died_;
};

}  // namespace fencepost::properties
