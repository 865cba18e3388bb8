#include "core/retry.h"

namespace fencepost {
namespace {

// False when there is to be no further attempt.
bool WaitForNext(Runtime& runtime, const Patience& patience) {
  if (patience.give_up() || runtime.Now() + patience.backoff > patience.deadline) return false;
  return runtime.SleepUntil(runtime.Now() + patience.backoff).ok() && !patience.give_up();
}

}  // namespace

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kResourceExhausted:
      return true;
    default:
      return false;
  }
}

absl::Status RetryCall(Runtime& runtime, const Patience& patience,
                       absl::FunctionRef<absl::Status()> call) {
  for (;;) {
    absl::Status status = call();
    if (!IsTransient(status) || !WaitForNext(runtime, patience)) return status;
  }
}

TransitionResult RetryTransition(Runtime& runtime, const Patience& patience,
                                 absl::FunctionRef<TransitionResult()> transition) {
  for (;;) {
    TransitionResult result = transition();
    const bool again =
        result.outcome == TransitionOutcome::kStoreError && !absl::IsCancelled(result.error);
    if (!again || !WaitForNext(runtime, patience)) return result;
  }
}

}  // namespace fencepost
