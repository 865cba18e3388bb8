#include "properties/at_most_once.h"

namespace fencepost::properties {

void AtMostOnce::Reset() {
  Property::Reset();
  landed_.Clear();
}

void AtMostOnce::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  if (!landed_.Emplace(commit->id).second) {
    Broken("operation " + commit->id.ToString() + " (" +
           std::string(OperationName(commit->operation)) + ") took effect again on " +
           Describe(commit->after));
  }
}

}  // namespace fencepost::properties
