// What a property itself knows of control planes and sessions, from their true events.
//
// A property owns a ledger, shows it every event, and asks it instead of believing what the core
// or a store says of an owner or of a session. Times are the store's: a commit names its own time
// in the row (`updated_at`). A refusal names none, so that the ledger can only say what holds
// whatever the store's clock shows.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

class Ledger {
 public:
  struct Session {
    SessionId id;
    SessionState state = SessionState::kActive;
    absl::Time expires_at;
  };
  using Sessions = std::vector<Session>;  // in the order in which they were opened

  void Reset();
  // REQUIRES: called for every event, in their order.
  void On(const Event& event);

  // The control plane's row as it was last seen; null when there is none. A row that the store has
  // forgotten is still here, as expired.
  const ControlPlaneRow* FindControlPlane(const CpId& cp) const;
  // Whether the owner is what the operation asks for. Without an `orphan_grace`, an owner that is
  // expired for any time counts as gone for good.
  bool OwnerIs(OwnerMustBe wanted, const CpId& owner, std::optional<absl::Duration> orphan_grace,
               absl::Time store_now) const;
  // The same when the store's time is not known: false means that no time would make it so.
  bool OwnerMayBe(OwnerMustBe wanted, const CpId& owner) const;
  // The same: true means that no time would make it otherwise. A store whose clock has gone back
  // may find an expired owner to be expired in the future.
  bool OwnerSurelyIs(OwnerMustBe wanted, const CpId& owner) const;

  // The open sessions of the worker, past their expiry or not.
  const Sessions& OpenSessions(WorkerId worker) const;
  // A session that protects the worker at this time; null when there is none.
  const Session* FindLiveSession(WorkerId worker, absl::Time store_now) const;
  // A session whose client is connected at this time; null when there is none.
  const Session* FindActiveSession(WorkerId worker, absl::Time store_now) const;

 private:
  void OnSession(const SessionRow& session);

  absl::btree_map<CpId, ControlPlaneRow> control_planes_;
  absl::btree_map<WorkerId, Sessions> sessions_;  // no list is empty
};

}  // namespace fencepost::properties
