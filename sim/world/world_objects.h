// What the calls of the simulated world touch, for searches that reduce by partial order.
//
// A worker with its row, sessions, pod and secret is one object. So the properties of a worker, and
// conformance, see the same sequence of the worker's events in equivalent executions.
#pragma once

#include <cstdint>

#include "core/events/event.h"
#include "core/seams/runtime.h"
#include "sim/engine/engine.h"

namespace fencepost::sim {

// Declares what the effect of the call touches. A call whose name is not known is taken to depend
// on every other call to its target, which is never wrong.
void TouchWhatIsCalled(const Engine& engine, const CallSite& site);

// Where the effect of the call meets other calls: at its worker, or else at its target.
PendingAccess PendingAccessOf(const CallSite& site);

// Declares what an event touches: its worker, whatever was called, so that equivalent executions
// have the same sequence of events for each worker; and, when a row has changed, the states that it
// left and entered.
void TouchWhatChanged(const Engine& engine, const Event& event);

// Everything about the worker.
void TouchWorker(const Engine& engine, WorkerId worker);
// How the store's clock runs.
void TouchStoreClock(const Engine& engine);

}  // namespace fencepost::sim
