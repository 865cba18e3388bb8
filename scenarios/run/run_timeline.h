// The timeline of a run, with the virtual time at which each event happened.
#pragma once

#include "core/events/event.h"
#include "sim/engine/engine.h"
#include "sim/world/timeline.h"

namespace fencepost {

class RunTimeline : public EventObserver {
 public:
  explicit RunTimeline(const sim::Engine& engine) : engine_(engine) {}

  void On(const Event& event) override {
    recorder_.SetTime(engine_.Now());
    recorder_.On(event);
  }

  sim::TimelineRecorder& recorder() { return recorder_; }
  const sim::Timeline& timeline() const { return recorder_.timeline(); }

 private:
  const sim::Engine& engine_;
  sim::TimelineRecorder recorder_;
};

}  // namespace fencepost
