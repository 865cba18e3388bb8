// The statement of a fenced transition, generated from the rule in core/rules/transition.h.
//
// Two forms, each one statement in one round trip, both right under READ COMMITTED with concurrent
// writers:
//
//   kFast  an UPDATE whose fence is on its own row, which PostgreSQL judges again after waiting for
//          another writer; if it changed nothing, fencepost.look() gives the row as it stands then
//          (a volatile function sees newer commits than its statement). Cheapest, and enough where
//          the fence is the row's own.
//   kHeld  fencepost.hold() locks the row, and with kOwnerGone the owner's, looks at owner and
//          sessions under these locks, and the UPDATE's fence is on what it saw. For guards that
//          depend on other tables, and for observers, who want the row as it was before.
//
// A miss returns the row that it found, and Judge in core/rules/request.h gives the reason, so that
// the order of the reasons is written once. In the fast form the row may have changed between the
// UPDATE and the look so that it fits after all: the caller then repeats the statement, which is
// safe because it changed nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/rules/request.h"
#include "store_pg/connection.h"
#include "store_pg/values.h"

namespace fencepost::pg {

enum class TransitionForm : std::uint8_t { kFast, kHeld };

// All that the text of a statement depends on; the rest of a request are parameters.
struct TransitionShape {
  Operation operation{};
  std::optional<WorkerState> target;
  bool owner_gone = false;  // guards that the request asks for
  bool no_live_session = false;
  TransitionForm form = TransitionForm::kFast;

  friend auto operator<=>(const TransitionShape&, const TransitionShape&) = default;
};

// The shape of the request's statement: with the cheapest correct form, or, if `observed`, with the
// form that shows the row before.
TransitionShape ShapeOf(const TransitionRequest& request, bool observed);

// A value of the request that a statement takes as its parameter.
enum class TransitionValue : std::uint8_t {
  kWorker,
  kOperationBoot,
  kOperationSequence,
  kOrphanGrace,
  kBelievedOwner,
  kBelievedEpoch,
  kBelievedRevision,
  kNewOwner,
  kPodUid,
  kCredentialsExpiry,
  kReason,
};

// Columns of the result: landed, the worker's (after the change, or as it stood), owner_gone and
// live_session; in the held form then the worker's as they were before, and with no_live_session
// the change of a session that had lapsed, one row for each (or one with nulls). No row: no such
// worker.
struct TransitionStatement {
  Statement statement;
  std::vector<TransitionValue> values;  // parameter $1 is the first
};

TransitionStatement WriteTransition(const TransitionShape& shape);
Parameters BindTransition(const TransitionStatement& statement, const TransitionRequest& request);

}  // namespace fencepost::pg
