// TaskPriorities: what the strategies that schedule by priority have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/random.h"

namespace fencepost::sim {

class TaskPriorities {
 public:
  void Clear() { known_.clear(); }

  // The index of the task with the highest priority; "advance-time" is none. A task that has no
  // priority yet gets draw(). REQUIRES: `point` is a schedule point.
  template <typename Draw>
  uint32_t Highest(const ChoicePoint& point, Draw draw) {
    uint32_t best = 0;
    uint64_t most = 0;
    bool none = true;
    for (uint32_t i = 0; i < point.alternatives.size(); ++i) {
      const Alternative& alternative = point.alternatives[i];
      if (alternative.weight == 0 || IsTime(alternative)) continue;
      const uint64_t priority = Get(alternative.name, draw);
      if (!none && priority <= most) continue;
      none = false;
      most = priority;
      best = i;
    }
    return best;
  }

  void Set(Label task, uint64_t priority) {
    for (Known& known : known_) {
      if (known.task == task) known.priority = priority;
    }
  }

  // The task gets a new priority when it is next seen.
  void Forget(Label task) {
    std::erase_if(known_, [task](const Known& known) { return known.task == task; });
  }

  static bool IsTime(const Alternative& alternative) { return alternative.name == AdvanceTime(); }

 private:
  struct Known {
    Label task;
    uint64_t priority;
  };

  template <typename Draw>
  uint64_t Get(Label task, Draw draw) {
    for (const Known& known : known_) {
      if (known.task == task) return known.priority;
    }
    return known_.emplace_back(Known{task, draw()}).priority;
  }

  std::vector<Known> known_;  // few, so that a search in order is the fastest
};

// Whether time goes on although tasks could: drawn by weight, as the random walk does. Its index.
inline std::optional<uint32_t> TimeOvertakes(const ChoicePoint& point, Random& random) {
  const auto last = static_cast<uint32_t>(point.alternatives.size() - 1);
  const Alternative& time = point.alternatives[last];
  if (!TaskPriorities::IsTime(time) || time.weight == 0) return std::nullopt;
  uint32_t total = 0;
  for (const Alternative& alternative : point.alternatives) total += alternative.weight;
  if (random.Below(total) >= time.weight) return std::nullopt;
  return last;
}

}  // namespace fencepost::sim
