// TaskPriorities: what the strategies that schedule by priority have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/random.h"
#include "sim/engine/strategies/task_table.h"

namespace fencepost::sim {

// Whether the alternative of a scheduling point is the passing of time.
inline bool IsTime(const Alternative& alternative) { return alternative.name == AdvanceTime(); }

class TaskPriorities {
 public:
  void Clear() {
    numbers_.Clear();
    priorities_.clear();
  }

  // The index of the task with the highest priority among those for which `may` is true, or else
  // nothing. Time is no task. A task that has no priority yet gets draw(), which is not 0.
  // REQUIRES: `point` is a schedule point.
  template <typename Draw, typename May>
  std::optional<uint32_t> Highest(const ChoicePoint& point, Draw draw, May may) {
    std::optional<uint32_t> best;
    uint64_t most = 0;
    for (uint32_t i = 0; i < point.alternatives.size(); ++i) {
      const Alternative& alternative = point.alternatives[i];
      if (alternative.weight == 0 || IsTime(alternative)) continue;
      uint64_t& priority = Of(alternative.name);
      if (priority == kNone) priority = draw();
      if (priority <= most || !may(alternative)) continue;
      most = priority;
      best = i;
    }
    return best;
  }
  // Of all tasks; the first alternative if there is only time.
  template <typename Draw>
  uint32_t Highest(const ChoicePoint& point, Draw draw) {
    return Highest(point, draw, [](const Alternative&) { return true; }).value_or(0);
  }

  void Set(Label task, uint64_t priority) { Of(task) = priority; }
  // The task gets a new priority when it is next seen.
  void Forget(Label task) { Of(task) = kNone; }

 private:
  static constexpr uint64_t kNone = 0;

  uint64_t& Of(Label task) {
    const uint32_t number = numbers_.NumberOf(task);
    if (number >= priorities_.size()) priorities_.resize(number + 1, kNone);
    return priorities_[number];
  }

  TaskTable numbers_;
  std::vector<uint64_t> priorities_;  // by number; kNone: to be drawn
};

// Whether time goes on although tasks could: drawn by weight, as the random walk does. Its index.
inline std::optional<uint32_t> TimeOvertakes(const ChoicePoint& point, Random& random) {
  const auto last = static_cast<uint32_t>(point.alternatives.size() - 1);
  const Alternative& time = point.alternatives[last];
  if (!IsTime(time) || time.weight == 0) return std::nullopt;
  uint32_t total = 0;
  for (const Alternative& alternative : point.alternatives) total += alternative.weight;
  if (random.Below(total) >= time.weight) return std::nullopt;
  return last;
}

}  // namespace fencepost::sim
