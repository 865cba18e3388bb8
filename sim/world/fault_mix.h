// Which faults may hit a run, how often, and how many of them.
//
// Swarm testing (Groce et al., 2012): each run draws its own subset and rates, because a mix of
// everything at once hides the bugs that need one fault to stay away. The draw is one choice of
// the strategy, so a replay has the same mix.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fencepost::sim {

// What can become of one call of a control plane.
enum class CallFault : std::uint8_t {
  kNotApplied,      // refused before its effect
  kReplyLost,       // took effect, the caller is told that it is in doubt
  kSlow,            // its effect comes late
  kSlowReply,       // its reply comes late
  kCrashBefore,     // the process dies before the effect
  kCrashAfter,      // the process dies after the effect
  kPause,           // the process stops before the effect, for longer than its expiry, and wakes
  kPartition,       // refused, and for a while every call of the process to the same target
  kClockJump,       // the process's own clock jumps before the call
  kStoreClockJump,  // the store's clock jumps before the call
  kPodDies,         // the pod of the worker that the call is about dies by itself before the call
};
inline constexpr std::size_t kCallFaultCount = 11;
std::string_view CallFaultName(CallFault fault);

class FaultMix {
 public:
  // Of this weight is "nothing goes wrong" at each point, unless faults are spread out.
  static constexpr std::uint32_t kNoFaultWeight = 1000;
  static constexpr std::uint32_t kStandardWeight = 25;

  // No faults at all.
  FaultMix() = default;

  // Every fault at the standard rate.
  static FaultMix All();
  // A subset with rates of its own, as the bits say: three of them for each fault.
  static FaultMix Drawn(std::uint64_t bits);

  void Forbid(CallFault fault) { weight_[Index(fault)] = 0; }
  // Every fault comes so many times more rarely: for stories of many calls.
  void SpreadOver(std::uint32_t times) { no_fault_weight_ = times * kNoFaultWeight; }
  std::uint32_t no_fault_weight() const { return no_fault_weight_; }
  std::uint32_t weight(CallFault fault) const { return weight_[Index(fault)]; }

  // "reply-lost 2.4%, crash-after 0.5%", or "no faults".
  std::string Describe() const;

 private:
  static constexpr std::size_t Index(CallFault fault) { return static_cast<std::size_t>(fault); }
  std::array<std::uint32_t, kCallFaultCount> weight_{};
  std::uint32_t no_fault_weight_ = kNoFaultWeight;
};

}  // namespace fencepost::sim
