#include "sim/world/probes.h"

namespace fencepost::sim {

std::size_t Probes::Register(std::string_view name) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].name == name) return i;
  }
  entries_.push_back({std::string(name), 0});
  return entries_.size() - 1;
}

std::uint64_t Probes::hits(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return entry.hits;
  }
  return 0;
}

void Probes::Merge(const Probes& other) {
  for (const Entry& entry : other.entries_) entries_[Register(entry.name)].hits += entry.hits;
}

LifecycleProbes::LifecycleProbes(Probes& probes) : probes_(probes) {
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const auto outcome = static_cast<TransitionOutcome>(i);
    told_.push_back(probes_.Register("told " + std::string(OutcomeName(outcome))));
  }
  for (const TransitionRule& rule : kLifecycle) {
    landed_.push_back(probes_.Register("landed " + std::string(rule.name)));
  }
  for (const FenceOrigin origin :
       {FenceOrigin::kLandedTransition, FenceOrigin::kTerminalSnapshot, FenceOrigin::kAbsentRow}) {
    origins_.push_back(probes_.Register("fence from " + std::string(FenceOriginName(origin))));
  }
}

void LifecycleProbes::On(const Event& event) {
  if (const auto* told = std::get_if<TransitionTold>(&event.body)) {
    probes_.Hit(told_[static_cast<std::size_t>(told->outcome)]);
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    probes_.Hit(landed_[static_cast<std::size_t>(commit->operation)]);
  } else if (const auto* minted = std::get_if<FenceMinted>(&event.body)) {
    probes_.Hit(origins_[static_cast<std::size_t>(minted->fence.origin())]);
  }
}

}  // namespace fencepost::sim
