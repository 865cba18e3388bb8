// Everything that happens, as one stream of typed events.
//
// Logging, metrics, traces, properties and the models' conformance check are observers of this
// stream. An event refers to values of its sender and is valid only during the call, so an observer
// copies what it wants to keep. There are two kinds of events: what the core was *told* (sent by
// core/), and what *truly happened* in the world (sent by the simulated store, pods and workers, or
// by a production component that can know).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/rules/outcome.h"
#include "core/rules/replies.h"
#include "core/rules/request.h"

namespace fencepost {

// ---- Told: what the core learned and did --------------------------------------------------------

struct TransitionAttempted {
  const TransitionRequest& request;
};
struct TransitionTold {
  const TransitionRequest& request;
  TransitionOutcome outcome;
  const WorkerRow* row;  // as the reply showed it; null when it showed none
};
struct ClaimTold {
  Operation operation;  // a create or a claim
  OperationId id;
  const absl::StatusOr<ClaimReply>& reply;
};
struct LeaseMinted {
  const WorkerLease& lease;
};
struct FenceMinted {
  const Fence& fence;
};
struct PodDeletionAttempted {
  const Fence& fence;
};
// A step of the core that is worth a line in the log: what the core gave up, and why.
struct Noted {
  WorkerId worker;
  std::string_view what;  // a literal: "refresh_gave_up"
  const absl::Status& why;
};

// A loop of the sender has begun, or has come to the end of a pass, which it may have skipped.
struct LoopPassed {
  std::string_view loop;  // a literal: "heartbeat"
};

// ---- True: what happened in the world -----------------------------------------------------------

// A worker's row changed. `before` is null for a new row; `request` is null for creates and claims.
struct RowCommitted {
  Operation operation;
  OperationId id;
  const TransitionRequest* request;
  const WorkerRow* before;
  const WorkerRow& after;
  GuardFacts facts;  // beside the row, at the same moment
};
// A fenced transition reached the store and changed nothing.
struct RowRefused {
  const TransitionRequest& request;
  TransitionOutcome outcome;
  const WorkerRow* row;
  GuardFacts facts;
};
struct ControlPlaneChanged {
  const ControlPlaneRow& row;
  std::optional<CpState> before;
};
struct SessionChanged {
  const SessionRow& session;
  std::optional<SessionState> before;
};
struct PodStarted {
  WorkerId worker;
  const PodName& name;
  const PodUid& uid;
  const Image& image;
};
// The platform accepted the deletion of a pod: from here on it is dying.
struct PodDeleted {
  WorkerId worker;  // whose pod it is
  const PodName& name;
  const PodUid& uid;
  bool by_request;  // false: the pod died by itself
  // The uid that the request demanded of the pod; empty when it named none, and when there was no
  // request.
  const PodUid& named_uid;
};
struct PodGone {
  WorkerId worker;
  const PodUid& uid;
};
struct SecretCreated {
  WorkerId worker;
};
struct SecretDeleted {
  WorkerId worker;
};
struct WorkerAccepted {
  WorkerId worker;
  const PodUid& uid;
  std::string_view call;  // "activate", "update_credentials", "check_health"
  Epoch epoch;
  const Org* org;  // for activate
};
struct WorkerRefused {
  WorkerId worker;
  const PodUid& uid;
  std::string_view call;
  Epoch epoch;
  Epoch highest_seen;
};
struct ProcessStarted {
  const CpId& cp;
};
// `crashed` or ended in order.
struct ProcessEnded {
  const CpId& cp;
  bool crashed;
};
struct ProcessPaused {
  const CpId& cp;
  bool paused;  // false: woken
};
// A client asks a control plane for a worker, and later hears what became of that. A client whose
// control plane dies hears nothing.
struct ClientAsked {
  const CpId& cp;
  const SessionToken& token;  // tells the requests apart
  const Org& org;
  const Image& image;
};
struct ClientAnswered {
  const CpId& cp;
  const SessionToken& token;
  absl::StatusCode code;  // OK: it is served
};
// A client has heard that it is served, and on which pod.
struct ClientServed {
  const CpId& cp;
  const SessionHandle& session;
  WorkerId worker;
  const PodUid& pod_uid;
};
// A client tells its control plane that it leaves.
struct ClientLeft {
  const CpId& cp;
  const SessionHandle& session;
  bool closes;  // false: it may come back
};
// A client has heard from its control plane that it is served no longer.
struct ClientDropped {
  const CpId& cp;
  const SessionHandle& session;
};

// The worker in a pod has fallen ill, or has recovered: while it is ill its health checks fail, or
// it refuses every activation.
struct WorkerHealthChanged {
  WorkerId worker;
  const PodUid& uid;
  bool healthy;
};
// The issuer has refused to issue credentials for the org, or a worker has refused to take them.
struct CredentialsRefused {
  const Org& org;
};
// An operator, not a control plane, has decided that the worker is to end.
struct EndOrdered {
  WorkerId worker;
};
// An operator has removed a control plane's row.
struct ControlPlaneRemoved {
  const CpId& cp;
};

using EventBody =
    std::variant<TransitionAttempted, TransitionTold, ClaimTold, LeaseMinted, FenceMinted,
                 PodDeletionAttempted, Noted, RowCommitted, RowRefused, ControlPlaneChanged,
                 SessionChanged, PodStarted, PodDeleted, PodGone, SecretCreated, SecretDeleted,
                 WorkerAccepted, WorkerRefused, ProcessStarted, ProcessEnded, ProcessPaused,
                 LoopPassed, ClientAsked, ClientAnswered, ClientServed, ClientLeft, ClientDropped,
                 WorkerHealthChanged, CredentialsRefused, EndOrdered, ControlPlaneRemoved>;

struct Event {
  // Who sent it: a control plane's id for told events; "store", "pods", "worker" or "world" for
  // true ones.
  std::string_view source;
  // Which activity of a control plane sent the event, or caused it by its call: "janitor",
  // "refresh" (the name that Runtime::Spawn was given). Empty when no spawned activity did, and
  // when the sender cannot know: a store, a platform or a worker outside of the simulator is called
  // off the strand, and knows neither the control plane's runtime nor its activities.
  std::string_view activity;
  EventBody body;
  // When it happened, by a clock that is the same for all senders and never jumps. The infinite
  // past when the stream has no such clock: the simulator has one.
  absl::Time at = absl::InfinitePast();
};

// The name of the event's kind: "transition_told".
std::string_view EventName(const EventBody& body);

class EventObserver {
 public:
  virtual ~EventObserver() = default;
  virtual void On(const Event& event) = 0;
};

}  // namespace fencepost
