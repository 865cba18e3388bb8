// What a fleet did in a run: the figures that a bound on work is chosen by, and which step of the
// core ended its workers.
//
// Counted from true events.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/events/event.h"

namespace fencepost {

// By name: "pods made", "activations", "refusals of credentials", "workers ended", and each reason
// for which workers ended as "ended: orphan". What did not happen is left out.
using RunWork = std::map<std::string, std::uint64_t, std::less<>>;

class WorkMeter : public EventObserver {
 public:
  void Reset();
  void On(const Event& event) override;
  RunWork work() const;  // since the reset

 private:
  std::uint64_t pods_ = 0;
  std::uint64_t activations_ = 0;
  std::uint64_t refusals_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> ended_;
};

}  // namespace fencepost
