#include "sim/engine/reduction/exhaustive_report.h"

namespace fencepost::sim {

std::string ExhaustiveReport::Sentence() const {
  std::string count = std::to_string(executions) + " executions";
  if (redundant > 0) count += " and " + std::to_string(redundant) + " cut as redundant";
  if (complete()) return "complete: " + count;
  std::string bounds;
  if (preemption_cuts > 0) {
    bounds += "; the bound on preemptions cut " + std::to_string(preemption_cuts) + " alternatives";
  }
  if (fault_cuts > 0) {
    bounds += "; the bound on faults cut " + std::to_string(fault_cuts) + " alternatives";
  }
  if (complete_within_bounds()) return "complete within its bounds: " + count + bounds;
  std::string reasons;
  if (execution_cut) reasons += "; the bound on executions was reached";
  if (limited > 0) reasons += "; " + std::to_string(limited) + " executions hit a limit";
  if (random_bits > 0) {
    reasons += "; random bits had one fixed value " + std::to_string(random_bits) + " times";
  }
  if (!nondeterminism.empty()) reasons += "; not deterministic: " + nondeterminism;
  if (reasons.empty()) reasons = "; stopped from outside";
  return "not complete: " + count + reasons + bounds;
}

std::string PartedAt(size_t depth, const ChoicePoint& found, Label expected,
                     uint32_t expected_alternatives) {
  return "step " + std::to_string(depth) + ": found \"" + std::string(found.name.text()) +
         "\" with " + std::to_string(found.alternatives.size()) +
         " alternatives where the same choices had led to \"" + std::string(expected.text()) +
         "\" with " + std::to_string(expected_alternatives);
}

std::string EndedBefore(size_t depth, Label expected) {
  return "step " + std::to_string(depth) + ": the execution ended before \"" +
         std::string(expected.text()) + "\", which it had reached before with the same choices";
}

}  // namespace fencepost::sim
