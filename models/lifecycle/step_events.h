// The events of a step of the model, under the names of core/events/event.h, so that a
// counterexample can be compared with the event log of a run.
//
// Changes of rows, pods, secrets and sessions are events, and so is the end of a process. Changes
// of a process's memory are not. Registrations are left out, since the model abstracts from the
// time at which a timeout expires.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/lifecycle/rules.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

// The store's answer to an operation.
struct RowAnswer {
  Operation operation{};
  TransitionOutcome outcome{};
  // The row after the operation. The model keeps no owner and no epoch of a terminal row; both are
  // 0.
  std::optional<WorkerState> state;
  int owner = 0;
  unsigned epoch = 0;
};

struct StepEvent {
  std::string_view event;  // "row_refused"
  int worker = kNoWorker;
  std::optional<RowAnswer> row;  // for row_committed and row_refused
  int cp = kNoControlPlane;      // for process_ended
  bool crashed = false;
};

// The operations that the model does not distinguish from this one, which is included. The model
// has no orgs.
std::vector<Operation> EquivalentOperations(Operation operation);

// REQUIRES: `step` is one of the steps from `before`.
std::vector<StepEvent> EventsOf(const State& before, const Step<State>& step);

}  // namespace fencepost::models
