// A random program for the engine, for tests that must hold for any program: tasks in processes
// which yield, sleep, wait, notify, join, choose, draw bits, spawn, pause, resume and kill.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <string>

#include "sim/engine/engine.h"
#include "sim/engine/random.h"

namespace fencepost::sim {

class RandomProgram {
 public:
  RandomProgram(Engine& engine, uint64_t seed) : engine_(engine), seed_(seed) {}

  // To be passed to Execute by std::ref. Behaves the same each time, given the same choices.
  void operator()() {
    for (Label name : kNames) processes_[next_++] = engine_.StartProcess(name);
    next_ = 0;
    spawned_ = 0;
    Act(0);
  }

 private:
  static constexpr size_t kProcesses = 3;

  void Act(uint64_t script) {
    Random random(DeriveSeed(seed_, script));
    TaskId child{0};
    const uint32_t actions = 2 + random.Below(6);
    for (uint32_t i = 0; i < actions; ++i) {
      Wake wake = Wake::kOk;
      const ProcessId process = processes_[random.Below(kProcesses)];
      const auto span = std::chrono::milliseconds(random.Below(5));
      switch (random.Below(12)) {
        case 0:
          wake = engine_.SleepFor(span);
          break;
        case 1:
          wake = engine_.WaitUntil(queue_, engine_.Now() + span);
          break;
        case 2:
          engine_.NotifyAll(queue_);
          break;
        case 3:
        case 4:
          if (spawned_ >= 12) break;
          ++spawned_;
          child = engine_.Spawn(process, Label::Of("child"),
                                [this, next = script * 7 + i + 1] { Act(next); });
          break;
        case 5:
          if (child.value != 0) wake = engine_.Join(child);
          break;
        case 6: {
          const std::array<Alternative, 3> alternatives = {
              Alternative{Label::Of("fine")},
              Alternative{.name = Label::Of("broken"), .fault = true},
              Alternative{.name = Label::Of("lost"), .weight = 2, .fault = true}};
          engine_.Observe(engine_.Choose({ChoiceKind::kFault, Label::Of("call"), alternatives}));
          break;
        }
        case 7:
          engine_.Observe(engine_.RandomBits(Label::Of("bits")));
          break;
        case 8:
          if (random.Below(4) == 0) engine_.Kill(process);
          break;
        case 9: {
          // Resumed by a task of a process that is never paused, so that nothing is stuck.
          engine_.Pause(process);
          engine_.Spawn(ProcessId{0}, Label::Of("resumer"), [this, process] {
            engine_.SleepFor(std::chrono::milliseconds(2));
            engine_.Resume(process);
          });
          break;
        }
        default:
          wake = engine_.Yield(Label::Of("step"));
      }
      engine_.Observe(script * 64 + static_cast<uint64_t>(wake));
      if (wake == Wake::kCancelled) return;
    }
  }

  const std::array<Label, kProcesses> kNames = {Label::Of("p"), Label::Of("q"), Label::Of("r")};

  Engine& engine_;
  const uint64_t seed_;
  WaitQueue queue_{Label::Of("queue")};
  std::array<ProcessId, kProcesses> processes_;
  size_t next_ = 0;
  uint32_t spawned_ = 0;
};

}  // namespace fencepost::sim
