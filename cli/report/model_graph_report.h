// Shows the whole graph of a model: its size, which rules it uses, and whether a fence dominates
// every deletion.
#pragma once

#include "cli/report/output.h"
#include "models/graph/state_graph.h"
#include "models/lifecycle/machine.h"

namespace fencepost::cli {

void ShowGraph(const models::Machine& machine, const models::StateGraph& graph,
               const Output& output);

}  // namespace fencepost::cli
