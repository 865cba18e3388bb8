// Passes every event of a run to the run's hash and to each observer, in a fixed order.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "core/events/event.h"
#include "sim/engine/engine.h"
#include "sim/world/activity_of_task.h"
#include "sim/world/clock.h"
#include "sim/world/world_objects.h"

namespace fencepost::sim {

// The same events have the same hash in every process and on every store.
// Which activity sent an event takes no part.
std::uint64_t EventHash(const Event& event);

class EventHub : public EventObserver {
 public:
  explicit EventHub(Engine& engine) : engine_(engine) {}

  void Add(EventObserver* observer) { observers_.push_back(observer); }
  void Reset() { count_ = 0; }
  std::uint64_t count() const { return count_; }

  // A true event does not know which activity caused it; here it is the one that runs.
  void On(const Event& sent) override {
    Event event = sent;
    if (event.activity.empty()) event.activity = ActivityOfTask(engine_);
    event.at = ToTime(engine_.Now());
    if (!IsOnlyWatched(event.body)) {
      ++count_;
      engine_.Observe(EventHash(event));
    }
    TouchWhatChanged(engine_, event);
    for (EventObserver* observer : observers_) observer->On(event);
  }

 private:
  // Passes of loops and the requests of clients change nothing. They are left out of the hash, so
  // that it depends on what happened and not on how closely the run was watched.
  static bool IsOnlyWatched(const EventBody& body) {
    return std::holds_alternative<LoopPassed>(body) || std::holds_alternative<ClientAsked>(body) ||
           std::holds_alternative<ClientAnswered>(body) ||
           std::holds_alternative<ClientServed>(body) || std::holds_alternative<ClientLeft>(body) ||
           std::holds_alternative<ClientDropped>(body);
  }

  Engine& engine_;
  std::vector<EventObserver*> observers_;
  std::uint64_t count_ = 0;
};

}  // namespace fencepost::sim
