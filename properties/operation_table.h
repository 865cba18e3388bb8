// A map from operation ids that is cheap to empty and to use again. Properties keep in it what they
// know about the operations of an execution.
//
// The operations of one boot come nearly in the order of their sequence, so each boot has a list of
// its own, and a new entry goes to the end of the list or close to it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/rules/ids.h"

namespace fencepost::properties {

template <class Value>
class OperationTable {
 public:
  // Keeps the lists themselves for the next execution, which mostly has the same boots.
  void Clear() {
    for (auto& [boot, entries] : boots_) entries.clear();
  }

  // The entry, which is added if there was none, and whether it was added.
  std::pair<Value&, bool> Emplace(OperationId id) {
    Entries& entries = Of(id.boot);
    auto place = entries.end();
    if (!entries.empty() && entries.back().first >= id.sequence) {
      place = std::lower_bound(
          entries.begin(), entries.end(), id.sequence,
          [](const Entry& entry, std::uint64_t sequence) { return entry.first < sequence; });
    }
    const bool made = place == entries.end() || place->first != id.sequence;
    if (made) place = entries.insert(place, Entry{id.sequence, Value{}});
    return {place->second, made};
  }

  Value& operator[](OperationId id) { return Emplace(id).first; }

 private:
  using Entry = std::pair<std::uint64_t, Value>;
  using Entries = std::vector<Entry>;  // ascending

  Entries& Of(BootId boot) {
    auto found = std::lower_bound(
        boots_.begin(), boots_.end(), boot,
        [](const std::pair<BootId, Entries>& list, BootId id) { return list.first < id; });
    if (found == boots_.end() || found->first != boot) {
      found = boots_.insert(found, {boot, Entries()});
    }
    return found->second;
  }

  std::vector<std::pair<BootId, Entries>> boots_;  // ascending
};

}  // namespace fencepost::properties
