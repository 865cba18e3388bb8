#include "properties/at_most_once.h"

#include <algorithm>

namespace fencepost::properties {

void AtMostOnce::Reset() {
  Property::Reset();
  landed_.clear();
}

void AtMostOnce::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  const auto place = std::lower_bound(landed_.begin(), landed_.end(), commit->id);
  if (place != landed_.end() && *place == commit->id) {
    return Broken("operation " + commit->id.ToString() + " (" +
                  std::string(OperationName(commit->operation)) + ") took effect again on " +
                  Describe(commit->after));
  }
  landed_.insert(place, commit->id);
}

}  // namespace fencepost::properties
