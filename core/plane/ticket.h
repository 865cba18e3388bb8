// One client's request at the pool, from its arrival to its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/replies.h"
#include "core/rules/worker.h"
#include "core/seams/runtime.h"

namespace fencepost {

struct AcquireRequest {
  Org org;
  Image image;
  SessionToken token;  // of the session to be opened, never used before; empty: the pool makes one
  // How long the client waits: for capacity, a pod, an activation. Zero: Config::acquire_timeout.
  absl::Duration patience;
};

// A session on a hot worker.
struct Acquired {
  WorkerId worker{};
  PodName pod_name;
  PodUid pod_uid;
  Epoch epoch{};
  SessionHandle session;  // the client's hold on it, for every later call
};

// One attempt to serve a request.
struct Attempt {
  enum class Next : std::uint8_t {
    kAnswer,           // the result is the answer
    kWaitForCapacity,  // there was no worker for it, and no room for another one
    kRest,             // something failed; after a pause it may go better
  };
  absl::StatusOr<Acquired> result;
  Next next = Next::kAnswer;
  absl::Time not_before = absl::InfinitePast();  // the pause is at least that long
};

struct Ticket {
  // ---- What is asked for
  std::string_view name;  // of the activity that serves it: a literal
  Org org;
  Image image;          // empty for a client that comes back
  SessionId session;    // that is to be opened or reclaimed
  absl::Time deadline;  // this process's clock
  std::function<Attempt(Ticket&)> serve;

  // ---- The attempts so far
  ClaimOutcome store_said{};  // of the last claim or slot that the store was asked for
  int in_vain = 0;            // that had a worker, and began no session

  // ---- The answer
  bool abandoned = false;  // nobody waits for the answer any more
  absl::Status reason;     // why the last attempt gave no answer
  std::optional<absl::StatusOr<Acquired>> answer;
  std::unique_ptr<Signal> done;

  // ---- Its place in the waiting line, which alone changes it
  std::uint64_t number = 0;  // in the order of arrival
  absl::Time next_try = absl::InfinitePast();
  bool lacked_capacity = false;
  bool probing = false;  // it is tried alone, to see whether there is capacity again
  std::uint64_t frees_seen = 0;
  std::uint64_t turn_before = 0;
};

using TicketPtr = std::shared_ptr<Ticket>;

}  // namespace fencepost
