// Retries a call that may succeed later, until a deadline.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/runtime.h"

namespace fencepost {

// True if the same call may succeed when it is repeated: the network failed, the callee did not
// refuse.
bool IsTransient(const absl::Status& status);

// A random share of a pause, from 0 to below 1: it spreads over time what would otherwise come all
// at once.
double RandomShare(Runtime& runtime);

struct Patience {
  absl::Time deadline;     // this process's clock
  absl::Duration backoff;  // between two attempts
  absl::FunctionRef<bool()> give_up;
};

// Repeats the call until it succeeds, is refused for good, or patience ends. Returns the last
// status, or Cancelled.
absl::Status RetryCall(Runtime& runtime, const Patience& patience,
                       absl::FunctionRef<absl::Status()> call);

// The same for a transition, which is repeated after kStoreError only: a miss is an answer, and a
// transition in doubt was repeated by the lifecycle already.
TransitionResult RetryTransition(Runtime& runtime, const Patience& patience,
                                 absl::FunctionRef<TransitionResult()> transition);

}  // namespace fencepost
