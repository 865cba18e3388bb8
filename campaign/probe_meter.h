// The hits of a runner's probes since the last look at them.
#pragma once

#include <utility>

#include "campaign/campaign_result.h"

namespace fencepost::campaign {

class ProbeMeter {
 public:
  ProbeHits Since(const sim::Probes& probes) {
    ProbeHits difference = HitsOf(probes);
    for (auto& [name, hits] : difference) {
      std::uint64_t& seen = seen_[name];
      hits -= std::exchange(seen, hits);
    }
    return difference;
  }

 private:
  ProbeHits seen_;
};

}  // namespace fencepost::campaign
