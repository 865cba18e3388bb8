// A Runtime for unit tests of choreographies: everything runs at once on the calling thread, and
// each call's fate can be scripted by the name of its site.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/rules/effect.h"
#include "core/seams/runtime.h"

namespace fencepost {

enum class Fate {
  kOk,
  kNotApplied,
  kReplyLost,       // takes effect, then the reply is lost
  kLostUnapplied,   // the reply is lost and nothing happened
  kCancelled,       // the process stops before the effect
  kCancelledAfter,  // the process stops after the effect
};

class ScriptedRuntime : public Runtime {
 public:
  // The fates of the next calls at a site; afterwards all is well.
  std::map<std::string, std::deque<Fate>> script;
  // Runs before the effect of the next call at a site: somebody else moves the world.
  std::map<std::string, std::function<void()>> meanwhile;
  // What happens while somebody waits for a signal. Without it a wait ends at its deadline, since
  // nobody else can notify while the only thread waits.
  std::function<void()> on_wait;
  std::function<void()> on_sleep;  // what happens while somebody sleeps
  std::vector<std::string> calls;  // sites, in order
  bool cancelled = false;
  // So many waits and calls go through; the next one finds the process stopped.
  std::optional<int> stop_after;
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  // What is spawned runs at once, or is kept for the test to run.
  bool keep_spawned = false;
  std::vector<std::function<void()>> spawned;
  int activity_bound = 1000;
  std::string activity;  // what runs was spawned under this name; empty: the test itself

  int CallsOf(const std::string& site) const {
    return static_cast<int>(std::count(calls.begin(), calls.end(), site));
  }

  absl::Time Now() override { return now; }
  absl::Status SleepUntil(absl::Time deadline) override {
    if (Refuses()) return Cancelled();
    now = std::max(now, deadline);
    if (on_sleep != nullptr) on_sleep();
    return absl::OkStatus();
  }
  ActivityId Spawn(std::string_view name, std::function<void()> body) override {
    auto named = [this, name = std::string(name), body = std::move(body)] {
      const std::string caller = std::exchange(activity, name);
      body();
      activity = caller;
    };
    if (keep_spawned) {
      spawned.push_back(std::move(named));
    } else if (!cancelled) {
      named();
    }
    return ActivityId{1};
  }
  absl::Status Join(ActivityId) override { return Refuses() ? Cancelled() : absl::OkStatus(); }
  std::string_view CurrentActivity() const override { return activity; }
  int ActivityBound() const override { return activity_bound; }
  std::unique_ptr<Signal> NewSignal() override { return std::make_unique<ScriptedSignal>(*this); }
  std::uint64_t Random() override { return 4; }

 private:
  class ScriptedSignal : public Signal {
   public:
    explicit ScriptedSignal(ScriptedRuntime& runtime) : runtime_(runtime) {}
    absl::Status WaitUntil(absl::Time deadline) override {
      if (runtime_.Refuses()) return Cancelled();
      const bool something_happens = runtime_.on_wait != nullptr;
      if (something_happens) std::function<void()>(runtime_.on_wait)();
      if (runtime_.cancelled) return Cancelled();
      if (something_happens) return absl::OkStatus();
      if (deadline < absl::InfiniteFuture()) runtime_.now = std::max(runtime_.now, deadline);
      return absl::DeadlineExceededError("deadline");
    }
    void NotifyAll() override {}

   private:
    ScriptedRuntime& runtime_;
  };

  bool Refuses() {
    if (stop_after == 0) cancelled = true;
    if (stop_after.has_value()) --*stop_after;
    return cancelled;
  }

  absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) override {
    if (Refuses()) return Cancelled();
    const std::string name(site.name);
    calls.push_back(name);
    if (const auto found = meanwhile.find(name); found != meanwhile.end()) {
      const std::function<void()> happens = std::move(found->second);
      meanwhile.erase(found);
      happens();
    }
    std::deque<Fate>& fates = script[name];
    const Fate fate = fates.empty() ? Fate::kOk : fates.front();
    if (!fates.empty()) fates.pop_front();
    switch (fate) {
      case Fate::kOk:
        break;
      case Fate::kNotApplied:
        return NotApplied("scripted");
      case Fate::kReplyLost:
        call().IgnoreError();
        return InDoubt("scripted");
      case Fate::kLostUnapplied:
        return InDoubt("scripted");
      case Fate::kCancelledAfter:
        call().IgnoreError();
        [[fallthrough]];
      case Fate::kCancelled:
        cancelled = true;
        return Cancelled();
    }
    return call();
  }
};

}  // namespace fencepost
