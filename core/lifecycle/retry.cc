#include "core/lifecycle/retry.h"

#include "absl/status/statusor.h"

namespace fencepost {
namespace {

// False when there is to be no further attempt. Cancelled.
absl::StatusOr<bool> WaitForNext(Runtime& runtime, const Patience& patience) {
  const absl::Time next = runtime.Now() + patience.backoff;
  if (patience.give_up() || next > patience.deadline) return false;
  if (absl::Status slept = runtime.SleepUntil(next); !slept.ok()) return slept;
  return !patience.give_up();
}

}  // namespace

double RandomShare(Runtime& runtime) {
  return static_cast<double>(runtime.Random() % 1024) / 1024.0;
}

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
    if (!IsTransient(status)) return status;
    const absl::StatusOr<bool> again = WaitForNext(runtime, patience);
    if (!again.ok()) return again.status();
    if (!*again) return status;
  }
}

TransitionResult RetryTransition(Runtime& runtime, const Patience& patience,
                                 absl::FunctionRef<TransitionResult()> transition) {
  for (;;) {
    TransitionResult result = transition();
    const bool refused =
        result.outcome == TransitionOutcome::kStoreError && !absl::IsCancelled(result.error);
    if (!refused) return result;
    const absl::StatusOr<bool> again = WaitForNext(runtime, patience);
    if (!again.ok()) result.error = again.status();
    if (!again.ok() || !*again) return result;
  }
}

}  // namespace fencepost
