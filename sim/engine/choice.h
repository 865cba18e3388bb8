// Choice points: every nondeterministic decision of an execution is one of these. The engine
// offers alternatives, a Strategy picks one, the Trace records what was picked, by name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/engine/footprint.h"
#include "sim/engine/label.h"

namespace fencepost::sim {

enum class ChoiceKind : uint8_t {
  kSchedule,  // which task runs next
  kFault,     // whether something goes wrong; alternative 0 is always "no fault"
  kRandom,    // what a random number is
  kWorkload,  // what the scenario does next
};

// "schedule", "fault", "random", "workload": the words used in files and reports.
std::string_view ChoiceKindName(ChoiceKind kind);
std::optional<ChoiceKind> ChoiceKindNamed(std::string_view name);

struct Alternative {
  Label name;           // unique within its point, so that it can be found again by name
  uint32_t weight = 1;  // relative probability under a random strategy; 0 = disabled
  bool preemption = false;
  bool fault = false;
  Label next = {};  // of a task: what it does next (the name it gave its scheduling point)
  PendingAccess pending = {};  // of a task: where that meets other tasks
};

// The alternative of a scheduling point by which time passes.
inline Label AdvanceTime() {
  static const Label kAdvanceTime = Label::Of("advance-time");
  return kAdvanceTime;
}

struct ChoicePoint {
  ChoiceKind kind;
  Label name;
  std::span<const Alternative> alternatives;
};

// One recorded decision. RandomBits is recorded as kRandom with count 0 and the value in `bits`.
struct Choice {
  ChoiceKind kind = ChoiceKind::kSchedule;
  Label point;
  Label chosen;
  uint32_t index = 0;
  uint32_t count = 0;
  uint64_t bits = 0;

  bool is_bits() const { return count == 0; }
  friend bool operator==(const Choice&, const Choice&) = default;
};

}  // namespace fencepost::sim
