#include "sim/world/fault_mix.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace fencepost::sim {
namespace {

// Half of the draws leave a fault out.
constexpr std::array<std::uint32_t, 8> kDrawnWeights = {0, 0, 0, 0, 10, 25, 60, 150};

}  // namespace

std::string_view CallFaultName(CallFault fault) {
  constexpr std::array<std::string_view, kCallFaultCount> kNames = {
      "not-applied",      "reply-lost",   "slow",          "slow-reply", "crash-before",
      "crash-after",      "pause",        "partition",     "clock-jump", "store-clock-jump",
      "pod-dies",         "request-lost", "lost-in-a-row", "site-fails", "hang",
      "pod-falls-silent", "late"};
  return kNames[static_cast<std::size_t>(fault)];
}

FaultMix FaultMix::All() {
  FaultMix mix;
  mix.weight_.fill(kStandardWeight);
  return mix;
}

FaultMix FaultMix::Drawn(std::uint64_t bits) {
  FaultMix mix;
  for (std::uint32_t& weight : mix.weight_) {
    weight = kDrawnWeights[bits & 7];
    bits >>= 3;
  }
  return mix;
}

std::string FaultMix::Describe() const {
  std::uint32_t total = no_fault_weight_;
  for (const std::uint32_t weight : weight_) total += weight;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < kCallFaultCount; ++i) {
    if (weight_[i] == 0) continue;
    const std::string_view name = CallFaultName(static_cast<CallFault>(i));
    parts.push_back(absl::StrFormat("%s %.2g%%", absl::string_view(name.data(), name.size()),
                                    100.0 * weight_[i] / total));
  }
  return parts.empty() ? "no faults" : absl::StrJoin(parts, ", ");
}

}  // namespace fencepost::sim
