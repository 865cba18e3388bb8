// How a control plane tells its embedder, at once, that it no longer serves a client.
#pragma once

#include "absl/status/status.h"
#include "core/rules/worker.h"

namespace fencepost {

class SessionListener {
 public:
  virtual ~SessionListener() = default;

  // The client has not ended its session, and yet this control plane serves it no longer: the
  // worker has failed or has another owner, the session has run out or has another holder, or the
  // control plane has stopped. The client may try to reconnect, here or elsewhere. If the call that
  // asked for the session has not returned yet, it will return an error. Called on the strand: it
  // must neither block nor call the control plane.
  virtual void OnSessionLost(const SessionHandle& session, const absl::Status& why) = 0;
};

}  // namespace fencepost
