#include "sim/engine/strategies/task_order.h"

#include <utility>

namespace fencepost::sim {

// Half of the executions are uniform, which is the best single kind on bench/concurrency; the
// others find what needs one task to be slow.
void TaskOrder::Begin(Random& random, const ProgramProfile& profile) {
  random_ = &random;
  const uint32_t drawn = random.Below(8);
  kind_ = drawn < 4 ? Kind::kUniform : drawn < 7 ? Kind::kStep : Kind::kTask;
  priorities_.Clear();
  if (kind_ != Kind::kUniform) return;
  std::vector<uint32_t> steps;
  for (const ProgramProfile::Task& task : profile.tasks()) steps.push_back(task.steps);
  left_.Begin(profile, std::move(steps));
}

void TaskOrder::Meet(const ChoicePoint& point) {
  numbers_.clear();
  for (const Alternative& alternative : point.alternatives) {
    numbers_.push_back(IsTime(alternative) ? TaskTable::kUnknown
                                           : left_.NumberOf(alternative.name));
  }
}

}  // namespace fencepost::sim
