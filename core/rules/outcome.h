// What became of a transition, told to its caller exactly.
//
// A miss changes nothing and gives its reason, which the store found in the same atomic step. Where
// several reasons hold, the caller is told the first in this order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fencepost {

enum class TransitionOutcome : std::uint8_t {
  kTransitioned,        // the change took effect
  kRowMissing,          // there is no such worker
  kFenceMissState,      // the state is not one that the operation starts from, or not the one seen
  kFenceMissOwner,      // another control plane owns the worker
  kFenceMissEpoch,      // the same owner holds it under another lease
  kFenceMissTouched,    // same state, owner and epoch, but the row has been changed since
  kFenceMissCpRevived,  // the owner lives after all
  kFenceMissSession,    // a session protects the worker
  kStoreError,          // the store refused or failed; nothing was changed
  kInDoubt,             // the reply was lost, and a look at the row did not settle it
};
inline constexpr std::size_t kTransitionOutcomeCount = 10;

constexpr std::string_view OutcomeName(TransitionOutcome outcome) {
  constexpr std::array<std::string_view, kTransitionOutcomeCount> kNames = {
      "transitioned",          "row_missing",
      "fence_miss_state",      "fence_miss_owner",
      "fence_miss_epoch",      "fence_miss_touched",
      "fence_miss_cp_revived", "fence_miss_session",
      "store_error",           "in_doubt"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::optional<TransitionOutcome> ParseOutcome(std::string_view name);

// True if the store answered that the fence did not match.
constexpr bool IsMiss(TransitionOutcome outcome) {
  return outcome != TransitionOutcome::kTransitioned && outcome != TransitionOutcome::kStoreError &&
         outcome != TransitionOutcome::kInDoubt;
}

}  // namespace fencepost
