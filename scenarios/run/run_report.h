// How one run ended and what it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "properties/property.h"
#include "scenarios/run/run_work.h"

namespace fencepost {

enum class RunEnd : std::uint8_t {
  kPassed,
  kPropertyBroken,  // safety
  kNoConvergence,   // faults had stopped, and something was still unsettled after the bound
  kCodeCrashed,     // an exception, a deadlock, cancellation ignored
  kLimitReached,    // too many steps or too much virtual time: says nothing about the properties
  kParted,          // a replay could not be followed
  kStoreFailed,     // a real store did: says nothing about the properties
  kExhausted,       // the strategy had no further execution: nothing was run
};
std::string_view RunEndName(RunEnd end);

// The property that a run breaks which is not a run of the model.
inline constexpr std::string_view kConformanceProperty = "conformance";

struct RunReport {
  RunEnd end = RunEnd::kPassed;
  std::optional<properties::Violation> violation;  // for kPropertyBroken and kNoConvergence
  std::string message;                             // for the ends without a violation
  std::uint64_t hash = 0;                          // over choices and events
  std::uint64_t final_state = 0;  // a hash of the cluster's last state: equal ends, equal hashes
  std::uint64_t steps = 0;
  std::uint64_t events = 0;
  RunWork work;
  absl::Duration virtual_time;
  std::string fault_mix;                // what could go wrong: "reply-lost 2%, crash 1%"
  std::vector<std::string> faults_hit;  // what did go wrong, in order: "reply-lost at store.drain"
};

}  // namespace fencepost
