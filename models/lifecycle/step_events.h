// What truly happens in a step of the model, in the names of core/events/event.h: the words of an
// event log, so that a counterexample can be laid beside a run of the system.
//
// Of rows, pods, secrets, sessions, and the end of a process. What processes remember is no event,
// and registrations are left out: when a timeout strikes is abstracted.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/lifecycle/rules.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

// What an operation did, or why it did nothing.
struct RowAnswer {
  Operation operation{};
  TransitionOutcome outcome{};
  // The row, after it. Of an ended worker the model keeps neither owner nor epoch, which is 0.
  std::optional<WorkerState> state;
  int owner = 0;
  unsigned epoch = 0;
};

struct StepEvent {
  std::string_view event;  // "row_refused"
  int worker = kNobodysWorker;
  std::optional<RowAnswer> row;   // of row_committed and row_refused
  int cp = kNobodysControlPlane;  // of process_ended
  bool crashed = false;
};

// All operations that the model cannot tell from this one, which is among them: it has no orgs.
std::vector<Operation> AlikeInTheModel(Operation operation);

// REQUIRES: `step` is one of the steps from `before`.
std::vector<StepEvent> EventsOf(const State& before, const Step<State>& step);

}  // namespace fencepost::models
