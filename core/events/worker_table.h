// A small map from worker ids to values that is cheap to clear and to reuse. Properties keep in it
// what they know about workers during one execution.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/rules/ids.h"

namespace fencepost {

template <class Value>
class WorkerTable {
 public:
  void Clear() { entries_.clear(); }

  Value* Find(WorkerId worker) {
    const auto found = LowerBound(worker);
    return found != entries_.end() && found->first == worker ? &found->second : nullptr;
  }

  // The worker's entry; a new one if there was none.
  Value& operator[](WorkerId worker) {
    auto found = LowerBound(worker);
    if (found == entries_.end() || found->first != worker) {
      found = entries_.insert(found, {worker, Value{}});
    }
    return found->second;
  }

  const std::vector<std::pair<WorkerId, Value>>& entries() const { return entries_; }

  // Visits all entries in ascending order. The visitor may change the value.
  template <class Visit>
  void ForEach(Visit visit) {
    for (auto& [worker, value] : entries_) visit(worker, value);
  }

 private:
  auto LowerBound(WorkerId worker) {
    return std::lower_bound(
        entries_.begin(), entries_.end(), worker,
        [](const std::pair<WorkerId, Value>& entry, WorkerId id) { return entry.first < id; });
  }

  std::vector<std::pair<WorkerId, Value>> entries_;  // ascending
};

}  // namespace fencepost
