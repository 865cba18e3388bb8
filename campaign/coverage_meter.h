// Coverage as a set of points that many runs fill: each probe with the order of magnitude in which
// one run hit it. A run that met a fence miss forty times has been elsewhere than one that met it
// once (the counters of AFL, in powers of two).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/probes.h"

namespace fencepost::campaign {

class CoverageMeter {
 public:
  // The points of the run since the last call that no earlier call has given.
  // REQUIRES: called after each run, so that there is one run between two calls.
  // REQUIRES: the same probes each time.
  std::vector<std::string> NewPoints(const sim::Probes& probes);

  // Every point that was given so far counts as new again.
  void Forget();

 private:
  struct Probe {
    std::uint64_t hits = 0;        // at the last call
    std::uint64_t magnitudes = 0;  // one bit for each magnitude that was given
  };
  std::vector<Probe> probes_;  // in the order of registration
};

}  // namespace fencepost::campaign
