// A set kept as an ascending vector. It is cheap to walk, to empty and to use again, and cheap to
// grow at its end, where new ids and new times belong. A change in the middle moves what follows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace fencepost::sim {

template <class Value>
class SortedVector {
 public:
  // No effect when the value is in the set already.
  void Insert(const Value& value) {
    if (values_.empty() || values_.back() < value) return values_.push_back(value);
    const auto place = std::lower_bound(values_.begin(), values_.end(), value);
    if (*place != value) values_.insert(place, value);
  }
  // No effect when the value is not in the set.
  void Erase(const Value& value) {
    const auto place = std::lower_bound(values_.begin(), values_.end(), value);
    if (place != values_.end() && *place == value) values_.erase(place);
  }
  void Clear() { values_.clear(); }

  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

}  // namespace fencepost::sim
