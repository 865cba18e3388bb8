#include "campaign/coverage_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace fencepost::campaign {
namespace {

constexpr int kMagnitudes = 8;  // 128 hits and more are one

}  // namespace

std::vector<std::string> CoverageMeter::NewPoints(const sim::Probes& probes) {
  std::vector<std::string> points;
  const auto& entries = probes.entries();
  probes_.resize(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Probe& probe = probes_[i];
    const std::uint64_t hits = entries[i].hits - probe.hits;
    if (hits == 0) continue;
    probe.hits = entries[i].hits;
    const int magnitude = std::min(static_cast<int>(std::bit_width(hits)), kMagnitudes) - 1;
    const std::uint64_t bit = std::uint64_t{1} << magnitude;
    if ((probe.magnitudes & bit) != 0) continue;
    probe.magnitudes |= bit;
    points.push_back(fmt::format("{} x{}", entries[i].name, bit));
  }
  return points;
}

void CoverageMeter::Forget() {
  for (Probe& probe : probes_) probe.magnitudes = 0;
}

}  // namespace fencepost::campaign
