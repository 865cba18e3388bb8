// What a run has reached, as a set of points that many runs fill: each probe with the order of
// magnitude in which one run hit it. That a run met a fence miss forty times is another place than
// that it met one (the counters of AFL, in powers of two).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/probes.h"

namespace fencepost::campaign {

class CoverageMeter {
 public:
  // The points of the runs since the last call that no call before has given. Call it after each
  // run: between two calls there is one run.
  // REQUIRES: the same probes each time.
  std::vector<std::string> NewPoints(const sim::Probes& probes);

  // What was reached so far is new again.
  void Forget();

 private:
  struct Probe {
    std::uint64_t hits = 0;        // at the last call
    std::uint64_t magnitudes = 0;  // those that were given, one bit each
  };
  std::vector<Probe> probes_;  // in the order of registration
};

}  // namespace fencepost::campaign
