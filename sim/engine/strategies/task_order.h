// TaskOrder: orders tasks where a strategy has no opinion of its own. Which kind of order it is is
// drawn for each execution, because each kind finds bugs that the others rarely find.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/random.h"
#include "sim/engine/strategies/draw_by_weight.h"
#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategies/steps_left.h"
#include "sim/engine/strategies/task_priorities.h"

namespace fencepost::sim {

class TaskOrder {
 public:
  // The next execution. Both must outlive it.
  void Begin(Random& random, const ProgramProfile& profile);

  // The index of the task that goes next, of those for which `may` is true if there is one. Time is
  // no task. REQUIRES: `point` is a schedule point.
  template <typename May>
  uint32_t Next(const ChoicePoint& point, May may) {
    if (kind_ == Kind::kUniform) return NextUniformly(point, may);
    const auto draw = [this] { return random_->Next() | 1; };
    const auto free = priorities_.Highest(point, draw, may);
    const uint32_t chosen = free ? *free : priorities_.Highest(point, draw);
    if (kind_ == Kind::kStep) priorities_.Forget(point.alternatives[chosen].name);
    return chosen;
  }

 private:
  enum class Kind : uint8_t {
    kUniform,  // by the number of steps that each task has left: UniformWalk
    kStep,     // each step has a priority: PartialOrderSampling's basic algorithm
    kTask,     // each task has a priority: Pct without a change
  };

  void Meet(const ChoicePoint& point);

  template <typename May>
  uint32_t NextUniformly(const ChoicePoint& point, May may) {
    Meet(point);
    bool any = false;
    for (const Alternative& alternative : point.alternatives) {
      any |= !IsTime(alternative) && may(alternative);
    }
    const uint32_t chosen = DrawByWeight(point, *random_, [&](const Alternative& alternative) {
      const auto place = static_cast<size_t>(&alternative - point.alternatives.data());
      const bool out = IsTime(alternative) || (any && !may(alternative));
      return out ? uint64_t{0} : left_.Weight(numbers_[place]);
    });
    left_.Take(numbers_[chosen]);
    return chosen;
  }

  Random* random_ = nullptr;
  Kind kind_ = Kind::kUniform;
  TaskPriorities priorities_;
  StepsLeft left_;
  std::vector<uint32_t> numbers_;  // scratch: of the alternatives
};

}  // namespace fencepost::sim
