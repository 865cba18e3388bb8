// The faults that most scenarios promise to survive, as data and in words.
#pragma once

#include <string_view>
#include <vector>

#include "sim/world/fault_mix.h"

namespace fencepost::scenarios {

// What can become of a call and of the process that makes it.
inline const std::vector<sim::CallFault> kProcessFaults = {
    sim::CallFault::kNotApplied, sim::CallFault::kReplyLost,   sim::CallFault::kSlow,
    sim::CallFault::kSlowReply,  sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter,
    sim::CallFault::kPause};
inline constexpr std::string_view kProcessPromise =
    "calls refused, replies lost, slow calls, a crash at any call, a pause beyond the expiry";

inline const std::vector<sim::CallFault> kEveryFault = {
    sim::CallFault::kNotApplied,     sim::CallFault::kReplyLost,   sim::CallFault::kSlow,
    sim::CallFault::kSlowReply,      sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter,
    sim::CallFault::kPause,          sim::CallFault::kPartition,   sim::CallFault::kClockJump,
    sim::CallFault::kStoreClockJump, sim::CallFault::kPodDies};
inline constexpr std::string_view kEveryPromise =
    "calls refused, replies lost, slow calls, crashes, pauses beyond the expiry, partitions, jumps "
    "of any clock, pods that die";

}  // namespace fencepost::scenarios
