// What the calls of the simulated world touch, for searches that reduce by partial order.
//
// All that is about one worker is one object: its row, sessions, pod and secret. So the properties
// of a worker, and conformance, see the same sequence of its events in equivalent executions.
#pragma once

#include <cstdint>

#include "core/events/event.h"
#include "core/seams/runtime.h"
#include "sim/engine/engine.h"

namespace fencepost::sim {

// Declares what the effect of the call touches. A name that is not known excludes every other call
// to its target, which is never wrong.
void TouchWhatIsCalled(const Engine& engine, const CallSite& site);

// Declares what something that truly happened is about: the worker, whatever was called, so that
// all that is ever told of one worker is told in the same order by equivalent executions; and of a
// row that changed the states that it left and entered.
void TouchWhatChanged(const Engine& engine, const Event& event);

// Everything about the worker.
void TouchWorker(const Engine& engine, WorkerId worker);
// How the store's clock runs.
void TouchStoreClock(const Engine& engine);

}  // namespace fencepost::sim
