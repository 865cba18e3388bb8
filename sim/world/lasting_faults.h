// The faults of one process that outlast the call that they hit.
//
// A target may be cut off (its calls are refused) or hang (its calls get no answer before their
// timeout), every call by one name may be refused, and calls like one that was lost may be lost,
// too.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/seams/runtime.h"
#include "sim/engine/virtual_time.h"

namespace fencepost::sim {

class LastingFaults {
 public:
  enum class Fate : std::uint8_t { kNone, kRefused, kUnanswered, kLost };

  // Whether there has been any: for most processes there never is.
  bool any() const { return any_; }
  void CutOff(CallTarget target, VirtualTime until);
  void Hang(CallTarget target, VirtualTime until);
  // `name` must live as long as the program, as that of a call site does.
  void FailSite(std::string_view name, VirtualTime until);
  // The next `count` calls of that name about the same worker are lost.
  void LoseNext(const CallSite& site, int count);

  // What becomes of a call. Counts a call that is lost.
  Fate FateOf(const CallSite& site, VirtualTime now);

 private:
  struct FailingSite {
    std::string_view name;
    VirtualTime until;
  };
  struct Losses {
    std::string_view name;
    WorkerId worker;
    int left;
  };
  static std::size_t Index(CallTarget target) { return static_cast<std::size_t>(target); }

  bool any_ = false;
  std::array<VirtualTime, kCallTargetCount> cut_off_until_{};
  std::array<VirtualTime, kCallTargetCount> hangs_until_{};
  std::vector<FailingSite> failing_;
  std::vector<Losses> losses_;
};

}  // namespace fencepost::sim
