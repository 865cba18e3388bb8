// A control plane on the production runtime, in a simulated world of its own.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/plane/control_plane.h"
#include "core/threads/thread_runtime.h"
#include "sim/world/reference_store.h"
#include "sim/world/sim_pods.h"
#include "sim/world/sim_secrets.h"

namespace fencepost {

// The production runtime, but its calls one at a time: the simulated store and platform are not
// made for threads.
class OneCallAtATime : public Runtime {
 public:
  explicit OneCallAtATime(ThreadRuntime& inner) : inner_(inner) {}

  absl::Time Now() override { return inner_.Now(); }
  absl::Status SleepUntil(absl::Time deadline) override { return inner_.SleepUntil(deadline); }
  ActivityId Spawn(std::string_view name, std::function<void()> body) override {
    return inner_.Spawn(name, std::move(body));
  }
  absl::Status Join(ActivityId activity) override { return inner_.Join(activity); }
  std::string_view CurrentActivity() const override { return inner_.CurrentActivity(); }
  int ActivityBound() const override { return inner_.ActivityBound(); }
  std::unique_ptr<Signal> NewSignal() override { return inner_.NewSignal(); }
  std::uint64_t Random() override { return inner_.Random(); }

  // What happens in front of each call, several at a time. Set before anything runs.
  std::function<void(const CallSite&)> before;

 private:
  absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) override {
    return inner_.Call(site, [this, &site, call] {
      if (before != nullptr) before(site);
      const std::lock_guard<std::mutex> lock(one_at_a_time_);
      return call();
    });
  }
  absl::Status DoOwningCall(const CallSite& site, absl::FunctionRef<absl::Status()>,
                            absl::FunctionRef<OwnedCall()> own) override {
    return inner_.CallOwning(site, [this, site, call = own()] {
      if (before != nullptr) before(site);
      const std::lock_guard<std::mutex> lock(one_at_a_time_);
      return call();
    });
  }

  ThreadRuntime& inner_;
  std::mutex one_at_a_time_;
};

// Passes and polls that follow each other quickly.
inline Config Fast() {
  Config config;
  config.heartbeat = config.janitor_tick = absl::Milliseconds(5);
  config.health_interval = config.upkeep_interval = config.refresh_tick = absl::Milliseconds(5);
  config.pod_poll = config.acquire_poll = config.settle_backoff = absl::Milliseconds(1);
  config.delete_backoff = absl::Milliseconds(1);
  config.caps.per_org = 3;
  return config;
}

// A control plane on threads, in a world of its own that tells `observer` everything.
struct OnThreads {
  OnThreads(const Config& config, EventObserver& observer, ThreadRuntimeOptions options = {})
      : threads(options),
        store([] { return absl::Now(); }, &observer),
        pods(engine, observer),
        secrets(engine, observer) {
    pods.set_start_time(sim::VirtualDuration(0));
    plane = ControlPlane::Create({.lifecycle = {.cp = CpId("cp-1"),
                                                .boot = BootId{1},
                                                .runtime = &runtime,
                                                .store = &store,
                                                .pods = &pods,
                                                .secrets = &secrets,
                                                .observer = &observer,
                                                .config = &config},
                                  .issuer = &secrets,
                                  .rpc = &pods})
                .value();
  }
  ~OnThreads() { threads.StopAndWait(); }

  ThreadRuntime threads;
  OneCallAtATime runtime{threads};
  sim::Engine engine;
  sim::ReferenceStore store;
  sim::SimPods pods;
  sim::SimSecrets secrets;
  std::unique_ptr<ControlPlane> plane;
};

// Counts the passes of each loop.
class Passes : public EventObserver {
 public:
  void On(const Event& event) override {
    const auto* const passed = std::get_if<LoopPassed>(&event.body);
    if (passed == nullptr) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    ++passes_[std::string(passed->loop)];
    changed_.notify_all();
  }
  // Waits until each loop has passed three more times: one pass may have been under way. False if
  // it has not within a minute, which is far longer than it takes.
  bool AwaitMoreOfEach() {
    std::unique_lock<std::mutex> lock(mutex_);
    std::map<std::string, int> enough = passes_;
    for (auto& [loop, count] : enough) count += 3;
    return enough.size() == 6 && changed_.wait_for(lock, std::chrono::minutes(1), [&] {
      return std::all_of(enough.begin(), enough.end(),
                         [&](const auto& loop) { return passes_[loop.first] >= loop.second; });
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> passes_;
};

inline AcquireRequest RequestOf(const SessionToken& token, const std::string& org = "org-a") {
  return {
      .org = Org(org), .image = Image("image-1"), .token = token, .patience = absl::Minutes(10)};
}

}  // namespace fencepost
