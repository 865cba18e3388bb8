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

}  // namespace fencepost::sim
