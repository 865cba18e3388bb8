// Everything that the core takes from the world: time, activities, waiting, calls, random bits.
//
// The core is plain blocking code. Its concurrency rule is that of a monitor (Hoare, 1974): all
// code of one control plane runs on one *strand*, which is let go only inside Call, SleepUntil,
// Join and Signal::WaitUntil. Between two of those nothing else of that control plane runs, so
// every race is a race between runtime calls, and that is what the simulator controls.
//
// Cancellation is a status: after a stop or a crash every call here returns Cancelled at once and
// has no effect, and the core's code returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/state.h"

namespace fencepost {

enum class CallTarget : std::uint8_t { kStore, kPods, kWorker, kSecrets };
inline constexpr std::size_t kCallTargetCount = 4;

// What a call is about. `name` must be a string that lives as long as the program (a literal or a
// name from the lifecycle table).
struct CallSite {
  CallTarget target;
  std::string_view name;
  WorkerId worker{};                                // none if it is not about one worker
  std::optional<WorkerState> state = std::nullopt;  // set if it is about all workers in one state
};

// A condition of this control plane's memory. Notifications wake every waiter, which must look
// again: a signal carries no state.
class Signal {
 public:
  virtual ~Signal() = default;
  // OK after a notification, DeadlineExceeded at `deadline` (this process's clock), or Cancelled.
  virtual absl::Status WaitUntil(absl::Time deadline) = 0;
  virtual void NotifyAll() = 0;
};

enum class ActivityId : std::uint64_t {};

// How many activities a runtime runs at once unless it is told otherwise. The standard settings of
// a control plane fit into it (Config::Activities).
inline constexpr int kStandardActivityBound = 64;

class Runtime {
 public:
  virtual ~Runtime() = default;

  // This process's own clock. It paces loops; safety does not depend on it.
  virtual absl::Time Now() = 0;
  // OK once `deadline` has come, or Cancelled.
  virtual absl::Status SleepUntil(absl::Time deadline) = 0;

  // Starts a concurrent activity of this control plane. After cancellation nothing is started. At
  // most ActivityBound() activities run at once; further ones begin in order, each when another one
  // has returned. An activity that waits still runs.
  virtual ActivityId Spawn(std::string_view name, std::function<void()> body) = 0;
  // OK once the activity has returned, or Cancelled.
  virtual absl::Status Join(ActivityId activity) = 0;
  // The name under which the calling activity was spawned; empty when the caller is no spawned
  // activity. Valid until that activity returns.
  virtual std::string_view CurrentActivity() const = 0;
  virtual int ActivityBound() const = 0;

  virtual std::unique_ptr<Signal> NewSignal() = 0;

  // 64 random bits that nobody outside can predict: for jitter, and for the tokens of sessions.
  virtual std::uint64_t Random() = 0;

  // Runs one blocking call and returns its result (absl::Status or absl::StatusOr<T>). The strand
  // is let go meanwhile: `call` must touch nothing but its own arguments.
  template <class Callable>
  auto Call(const CallSite& site, Callable call) -> std::invoke_result_t<Callable&>;
  // The same for a callable that owns, or is outlived by, all that it touches. A runtime may run
  // such a call after the caller has been told that it is in doubt, as the network does with a
  // request that is still on its way when its caller gives up; and it may give up a call that does
  // not return. Every call that leaves the process owns what it touches, but for those of the
  // store, which ends a call by itself.
  template <class Callable>
  auto CallOwning(const CallSite& site, Callable call) -> std::invoke_result_t<Callable&>;

 protected:
  // A call that outlives its caller.
  using OwnedCall = std::function<absl::Status()>;

 private:
  // Runs `call` at most once. Returns its status; or, without having run it, Cancelled or
  // NotApplied; or InDoubt when its reply was lost on the way.
  virtual absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) = 0;
  // As DoCall. `own` makes a copy of the call, which may be run once in place of `call`, also after
  // this has returned InDoubt.
  virtual absl::Status DoOwningCall(const CallSite& site, absl::FunctionRef<absl::Status()> call,
                                    absl::FunctionRef<OwnedCall()> /*own*/) {
    return DoCall(site, call);
  }
};

template <class Callable>
auto Runtime::Call(const CallSite& site, Callable call) -> std::invoke_result_t<Callable&> {
  using Result = std::invoke_result_t<Callable&>;
  if constexpr (std::is_same_v<Result, absl::Status>) {
    return DoCall(site, call);
  } else {
    Result result = absl::UnknownError("the call was not made");
    absl::Status status = DoCall(site, [&]() -> absl::Status {
      result = call();
      return result.status();
    });
    if (!status.ok()) return status;
    return result;
  }
}

template <class Callable>
auto Runtime::CallOwning(const CallSite& site, Callable call) -> std::invoke_result_t<Callable&> {
  using Result = std::invoke_result_t<Callable&>;
  if constexpr (std::is_same_v<Result, absl::Status>) {
    return DoOwningCall(site, call, [&call]() -> OwnedCall { return call; });
  } else {
    Result result = absl::UnknownError("the call was not made");
    const auto run = [&]() -> absl::Status {
      result = call();
      return result.status();
    };
    // Belongs to the copy of the call as well, which may write to it when its caller has gone.
    std::shared_ptr<Result> of_copy;
    const auto own = [&]() -> OwnedCall {
      of_copy = std::make_shared<Result>(result);
      return [copy = call, of_copy]() mutable -> absl::Status {
        *of_copy = copy();
        return of_copy->status();
      };
    };
    absl::Status status = DoOwningCall(site, run, own);
    if (!status.ok()) return status;
    return of_copy == nullptr ? std::move(result) : *std::move(of_copy);
  }
}

}  // namespace fencepost
