// Pictures for Graphviz (dot), as text.
#pragma once

#include <string>

#include "models/checker/trace.h"
#include "models/graph/state_graph.h"
#include "models/lifecycle/machine.h"

namespace fencepost::models {

// The lifecycle table: states and operations, nothing of the model.
std::string LifecyclePicture();

// What the first worker's row goes through in the reachable graph, and by which rules: the whole
// graph seen through one row.
std::string RowPicture(const StateGraph& graph);

// One run, from top to bottom.
std::string TracePicture(const Machine& machine, const Trace<State>& trace,
                         const std::string& title);

}  // namespace fencepost::models
