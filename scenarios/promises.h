// The faults that most scenarios promise to survive.
#pragma once

#include <string_view>
#include <vector>

#include "sim/world/fault_mix.h"

namespace fencepost::scenarios {

// The faults that hit one call or the process that makes it.
inline const std::vector<sim::CallFault> kProcessFaults = {
    sim::CallFault::kNotApplied, sim::CallFault::kReplyLost,   sim::CallFault::kSlow,
    sim::CallFault::kSlowReply,  sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter,
    sim::CallFault::kPause};
inline constexpr std::string_view kProcessPromise =
    "calls refused, replies lost, slow calls, a crash at any call, a pause beyond the expiry";

// All but the late effects, which the model of a process does not know: there, a call takes effect
// before its caller goes on.
inline const std::vector<sim::CallFault> kEveryPromptFault = {
    sim::CallFault::kNotApplied,     sim::CallFault::kReplyLost,   sim::CallFault::kSlow,
    sim::CallFault::kSlowReply,      sim::CallFault::kCrashBefore, sim::CallFault::kCrashAfter,
    sim::CallFault::kPause,          sim::CallFault::kPartition,   sim::CallFault::kClockJump,
    sim::CallFault::kStoreClockJump, sim::CallFault::kPodDies,     sim::CallFault::kRequestLost,
    sim::CallFault::kLostInARow,     sim::CallFault::kSiteFails,   sim::CallFault::kHang,
    sim::CallFault::kPodFallsSilent};

}  // namespace fencepost::scenarios
