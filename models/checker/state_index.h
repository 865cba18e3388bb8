// States numbered in the order in which they are first seen.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/checker/packed.h"

namespace fencepost::models {

template <class State>
class StateIndex {
 public:
  StateIndex() : slots_(std::size_t{1} << 12, kNone) {}

  std::uint32_t size() const { return static_cast<std::uint32_t>(states_.size()); }
  const State& operator[](std::uint32_t number) const { return states_[number]; }

  // The number of the state, and whether the state is new.
  std::pair<std::uint32_t, bool> Number(const State& state) {
    if ((states_.size() + 1) * 2 > slots_.size()) Grow();
    std::uint32_t& slot = SlotFor(state);
    const bool is_new = slot == kNone;
    if (is_new) {
      slot = size();
      states_.push_back(state);
      return {size() - 1, true};
    }
    return {slot, false};
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t& SlotFor(const State& state) {
    std::size_t at = HashOf(state) & (slots_.size() - 1);
    while (slots_[at] != kNone && states_[slots_[at]] != state) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, kNone);
    for (std::uint32_t i = 0; i < states_.size(); ++i) SlotFor(states_[i]) = i;
  }

  std::vector<State> states_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace fencepost::models
