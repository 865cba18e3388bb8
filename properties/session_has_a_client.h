// Nothing is renewed for nobody: a session is extended only while its client is connected.
//
// Clients are known from what they were told and what they said, sessions from the store. A renewal
// that was under way when the client left, or before it heard that it is served, is not counted, so
// the session of a client that is gone runs out within its time.
#pragma once

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class SessionHasAClient : public Property {
 public:
  SessionHasAClient()
      : Property(
            "session-has-a-client",
            "A session is renewed only while its client is connected, so that it runs out once "
            "its client is gone.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Session {
    CpId client_at;  // the control plane that serves its client; empty: it has none
    absl::Time expires_at = absl::InfinitePast();
    int renewed = 0;  // since it has no client
  };

  void OnSession(const SessionChanged& changed);
  void Leave(const CpId& cp, const SessionHandle& session);

  absl::btree_map<SessionHandle, Session> sessions_;
};

}  // namespace fencepost::properties
