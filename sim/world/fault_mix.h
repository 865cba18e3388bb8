// Which faults may hit a run, and how often each of them.
//
// Swarm testing (Groce et al., 2012): each run draws its own subset and rates, because a mix of
// all faults at once hides the bugs that need one fault to be absent. The draw is one choice of
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
  kPodDies,         // the pod of the worker that the call names dies by itself before the call
  kRequestLost,     // has no effect, the caller is told that it is in doubt
  kLostInARow,      // this call and the next ones like it: the request or the reply of each is lost
  kSiteFails,       // refused, and for a while every call of the process by the same name
  kHang,            // no answer before the timeout, and so for a while at the same target
  kPodFallsSilent,  // as kPodDies, and calls to the worker find out only by their timeout
  kLate,            // the caller is told at once that it is in doubt; takes effect after a while
};
inline constexpr std::size_t kCallFaultCount = 17;
std::string_view CallFaultName(CallFault fault);

class FaultMix {
 public:
  // The weight of "nothing goes wrong" at each point, unless the rates are divided.
  static constexpr std::uint32_t kNoFaultWeight = 1000;
  static constexpr std::uint32_t kStandardWeight = 25;

  // No faults at all.
  FaultMix() = default;

  // Every fault at the standard rate.
  static FaultMix All();
  // A subset of the faults with rates of its own. Three bits choose the rate of each fault.
  static FaultMix Drawn(std::uint64_t bits);

  void Forbid(CallFault fault) { weight_[Index(fault)] = 0; }
  // Divides the rate of every fault: for stories of many calls.
  void DivideRates(std::uint32_t divisor) { no_fault_weight_ = divisor * kNoFaultWeight; }
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
