#include "properties/terminal_absorbing.h"

#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void TerminalAbsorbing::Reset() {
  Property::Reset();
  ended_.Clear();
}

void TerminalAbsorbing::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  bool& ended = ended_[commit->after.worker_id];
  if (ended) {
    Broken(std::string(OperationName(commit->operation)) + " changed an ended worker to " +
           Describe(commit->after));
  }
  ended = HasEnded(commit->after.state);
}

}  // namespace fencepost::properties
