// The timeline of one run, for people: who did what, and when. It is filled while a run is recorded
// and drawn by the command with one column for each actor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/events/event.h"
#include "sim/engine/virtual_time.h"

namespace fencepost::sim {

enum class TimelineMark : std::uint8_t {
  kStep,    // an actor did or learned something
  kTruth,   // something truly changed: a row, a pod, a session
  kFault,   // a fault was injected
  kBroken,  // the step at which a property broke
};

struct TimelineEntry {
  VirtualTime at;
  // "cp-1", "janitor cp-1", "worker 1" (its row), "pod 1", "world"; empty for a broken property.
  std::string column;
  TimelineMark mark;
  std::string text;  // short: "drain e2 -> fence_miss_epoch"
};

using Timeline = std::vector<TimelineEntry>;

// Turns events into entries. What the core was told goes into the column of the actor that was
// told; what truly happened goes into the column of the thing that changed.
class TimelineRecorder : public EventObserver {
 public:
  void Clear() {
    timeline_.clear();
    broken_ = false;
  }
  void SetTime(VirtualTime now) { now_ = now; }
  void On(const Event& event) override;
  void Add(std::string_view column, TimelineMark mark, std::string text);
  void AddFault(std::string_view column, std::string text);
  // Ends the timeline: what comes later is the clean-up of the run and is left out.
  void AddBroken(std::string text);
  const Timeline& timeline() const { return timeline_; }

 private:
  VirtualTime now_;
  bool broken_ = false;
  Timeline timeline_;
};

}  // namespace fencepost::sim
