// Pictures for Graphviz (dot), as text.
#pragma once

#include <string>

#include "models/checker/trace.h"
#include "models/graph/state_graph.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

// The lifecycle table: its states and operations.
std::string LifecyclePicture();

// The reachable graph projected to the first worker's row: the row's states, and the rules that
// lead from one to another.
std::string RowPicture(const StateGraph& graph);

// A trace, from top to bottom.
std::string TracePicture(const Machine& machine, const Trace<State>& trace,
                         const std::string& title);

}  // namespace fencepost::models
