// What a failed statement means for its effect: not applied, or in doubt (core/rules/effect.h).
//
// The server's word counts: an error that it reports on a connection that stays open has undone
// the statement. A connection that is gone tells nothing.
#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"

namespace fencepost::pg {

struct Failure {
  absl::Status status;
  bool retry = false;   // surely not applied, and worth repeating as it is
  bool broken = false;  // the connection is of no more use
};

// The exception that a statement ended with; `connection_open`: after it.
// The status' text is as the server gave it: the caller scrubs it.
Failure FailureOf(const std::exception& thrown, bool connection_open);

}  // namespace fencepost::pg
