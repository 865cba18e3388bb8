// Trying again what may succeed later, until a deadline.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/runtime.h"

namespace fencepost {

// Whether the same call may succeed when it is made again: the network's errors, not the callee's
// considered refusals.
bool IsTransient(const absl::Status& status);

struct Patience {
  absl::Time deadline;     // this process's clock
  absl::Duration backoff;  // between two attempts
  absl::FunctionRef<bool()> give_up;
};

// Calls until it succeeds, is refused for good, or patience is at its end; the last status.
// Cancelled.
absl::Status RetryCall(Runtime& runtime, const Patience& patience,
                       absl::FunctionRef<absl::Status()> call);

// The same for a transition, which is made again after kStoreError only: a miss is an answer, and
// one in doubt has been repeated by the lifecycle already.
TransitionResult RetryTransition(Runtime& runtime, const Patience& patience,
                                 absl::FunctionRef<TransitionResult()> transition);

}  // namespace fencepost
