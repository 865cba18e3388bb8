// What a failed statement means for its effect: not applied, or in doubt (core/rules/effect.h).
//
// An error that the server reports on a connection that stays open means that the statement was
// undone. After the connection is lost the effect is not known.
#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"

namespace fencepost::pg {

struct Failure {
  absl::Status status;
  bool retry = false;   // certainly not applied, and worth repeating unchanged
  bool broken = false;  // the connection cannot be used any more
};

// The exception that a statement ended with; `connection_open`: after it.
// The status' text is as the server gave it: the caller scrubs it.
Failure FailureOf(const std::exception& thrown, bool connection_open);

}  // namespace fencepost::pg
