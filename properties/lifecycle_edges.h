// The lifecycle of a worker as the properties know it: a list of edges, written out by hand.
//
// This is a second account of the lifecycle. It is not computed from the core's table, and no
// property reads that table: an edge or a condition that is dropped from one of the two accounts is
// then noticed, by tests/properties/lifecycle_edges_test.cc and by every run. A change of the
// lifecycle has to be written in both.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/rules/request.h"
#include "core/rules/state.h"

namespace fencepost::properties {

// What an operation's caller has to have seen, unchanged, for the operation to take effect.
enum class Belief : std::uint8_t {
  kNothing,   // a create or a claim: the store itself chooses the row
  kLease,     // owner and epoch
  kEpoch,     // the epoch alone
  kSnapshot,  // the revision
};

// What an operation asks of the worker's owner.
enum class OwnerMustBe : std::uint8_t {
  kAnything,
  kGone,         // expired, or without a row
  kGoneForGood,  // expired for the orphan grace, or without a row
};

// What an operation asks of the worker's sessions.
enum class SessionsMustBe : std::uint8_t {
  kAnything,
  kNotLive,
  kNotLiveIfAsked,  // the caller may ask for it
};

struct LifecycleEdge {
  StateSet from;                  // empty: there was no row
  std::optional<WorkerState> to;  // empty: the state stays
};

// An operation: its edges, its conditions, and the columns that it may change besides revision,
// last operation and the time of the update.
struct OperationAccount {
  Operation operation;
  std::vector<LifecycleEdge> edges;
  Belief compares = Belief::kNothing;
  OwnerMustBe owner = OwnerMustBe::kAnything;
  SessionsMustBe sessions = SessionsMustBe::kAnything;
  bool only_of_an_org = false;  // an idle worker has to belong to an org
  bool only_never_activated = false;
  bool raises_epoch = false;  // its caller gets a new lease
  bool may_set_owner = false;
  bool may_set_org = false;
  bool may_clear_org = false;
  bool may_set_pod_uid = false;
  bool may_set_activation = false;
  bool may_set_credentials = false;
  bool may_set_reason = false;
};

// REQUIRES: `operation` is a value of its enumeration.
const OperationAccount& AccountOf(Operation operation);

// Whether an edge leads from `from` to `to`. An empty `from` is no row.
bool Leads(const OperationAccount& account, std::optional<WorkerState> from, WorkerState to);
// Whether any edge starts from the state. If the request names a target, only edges to it count.
bool StartsFrom(const OperationAccount& account, WorkerState from,
                std::optional<WorkerState> target);

// Whether the request must not land beside a live session.
bool MustSpareSessions(const OperationAccount& account, const TransitionRequest& request);

// The worker has ended: nothing changes it any more.
constexpr bool HasEnded(WorkerState state) {
  return state == WorkerState::kRetired || state == WorkerState::kLost;
}
// No state of service can follow: the worker's pod and secret may be deleted.
constexpr bool IsFenced(WorkerState state) {
  return HasEnded(state) || state == WorkerState::kDraining;
}

}  // namespace fencepost::properties
