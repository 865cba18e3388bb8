// The states of a worker, and sets of them.
//
// `retired` and `lost` are terminal and absorbing; the other seven are active. A state's name is
// the same in code, SQL, events and documents.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fencepost {

enum class WorkerState : std::uint8_t {
  kSpawning,    // the row exists, the pod may not yet
  kIdle,        // the pod is ready and serves no org
  kReserved,    // claimed for an org, not yet activated
  kActivating,  // activation is under way
  kHot,         // serves its org
  kHotIdle,     // parked: keeps its org, has no session
  kDraining,    // fenced: its pod is being deleted, and it can only be retired
  kRetired,     // ended in order
  kLost,        // ended because it failed
};

inline constexpr std::size_t kWorkerStateCount = 9;
inline constexpr std::array<WorkerState, kWorkerStateCount> kAllWorkerStates = {
    WorkerState::kSpawning,   WorkerState::kIdle,    WorkerState::kReserved,
    WorkerState::kActivating, WorkerState::kHot,     WorkerState::kHotIdle,
    WorkerState::kDraining,   WorkerState::kRetired, WorkerState::kLost};

constexpr std::string_view StateName(WorkerState state) {
  constexpr std::array<std::string_view, kWorkerStateCount> kNames = {
      "spawning", "idle",     "reserved", "activating", "hot",
      "hot_idle", "draining", "retired",  "lost"};
  return kNames[static_cast<std::size_t>(state)];
}

constexpr std::optional<WorkerState> ParseState(std::string_view name) {
  for (const WorkerState state : kAllWorkerStates) {
    if (StateName(state) == name) return state;
  }
  return std::nullopt;
}

class StateSet {
 public:
  constexpr StateSet() = default;
  template <class... States>
  explicit constexpr StateSet(States... states) : bits_((Bit(states) | ...)) {}

  constexpr bool Has(WorkerState state) const { return (bits_ & Bit(state)) != 0; }
  constexpr bool Empty() const { return bits_ == 0; }
  constexpr StateSet Without(WorkerState state) const {
    return FromBits(static_cast<std::uint16_t>(bits_ & ~Bit(state)));
  }
  constexpr std::uint16_t bits() const { return bits_; }
  static constexpr StateSet FromBits(std::uint16_t bits) {
    StateSet set;
    set.bits_ = bits;
    return set;
  }
  friend constexpr bool operator==(StateSet, StateSet) = default;

 private:
  static constexpr std::uint16_t Bit(WorkerState state) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(state));
  }
  std::uint16_t bits_ = 0;
};

inline constexpr StateSet kTerminalStates{WorkerState::kRetired, WorkerState::kLost};
inline constexpr StateSet kActiveStates{
    WorkerState::kSpawning, WorkerState::kIdle,    WorkerState::kReserved, WorkerState::kActivating,
    WorkerState::kHot,      WorkerState::kHotIdle, WorkerState::kDraining};
// The states in which an activation can begin or go on.
inline constexpr StateSet kToBeActivated{WorkerState::kReserved, WorkerState::kActivating};
// A worker in one of these states is dead to everyone: no transition leads back to service.
inline constexpr StateSet kFencedStates{WorkerState::kDraining, WorkerState::kRetired,
                                        WorkerState::kLost};

constexpr bool IsTerminal(WorkerState state) { return kTerminalStates.Has(state); }

}  // namespace fencepost
