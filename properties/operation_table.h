// A map from operation ids that is cheap to empty and to use again: what properties keep about
// operations during an execution.
//
// The operations of one boot come nearly in the order of their sequence, so each boot has a list of
// its own and a new entry goes to the end of it or close by.
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
  // The lists are kept for the next execution, whose boots are mostly the same.
  void Clear() {
    for (auto& [boot, entries] : boots_) entries.clear();
  }

  // The entry, made anew if there was none; whether it was.
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
