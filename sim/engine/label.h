// Label: a name that lives as long as the process and is as cheap to copy and compare as a
// pointer. Two labels are equal exactly if their texts are.
//
// Promises: hash() depends on the text alone, so it is the same in every process. Nothing of a
// label depends on the order in which labels were made. Interning is thread-safe.
// Labels are never freed: make them from bounded sets of names, not from counters.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/engine/hash.h"

namespace fencepost::sim {

class Label {
 public:
  constexpr Label() = default;  // The label of the empty text.

  // Some ten nanoseconds for a name this thread has used lately; keep the result in hot paths.
  static Label Of(std::string_view text);

  std::string_view text() const { return entry_->text; }
  uint64_t hash() const { return entry_->hash; }
  bool empty() const { return entry_->text.empty(); }

  // There is no operator<: the address must not order anything. Order by text() where needed.
  friend bool operator==(Label, Label) = default;

 private:
  struct Entry {
    uint64_t hash;
    std::string_view text;
  };
  struct Interner;
  static constexpr Entry kEmpty{HashText(""), ""};

  explicit constexpr Label(const Entry* entry) : entry_(entry) {}

  const Entry* entry_ = &kEmpty;
};

}  // namespace fencepost::sim
