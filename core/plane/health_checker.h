// Finds workers that are dead or sick, and ends them.
//
// A verdict needs evidence about the worker. The worker's own answer that it is unhealthy is
// evidence, and so is a platform that has no such pod any more. Silence alone is not: it may be
// this control plane that is cut off. While more of its workers are silent than answer, the checker
// doubts itself and ends none of the silent ones. Otherwise a silent worker whose pod the platform
// calls ready is given up after many more failures (Config::unreachable_failures).
//
// Failures are counted from when this control plane got the worker: a worker that has changed hands
// starts again at none. A worker that drains refuses probes on purpose, which is no failure. A
// stale lease only drops local state.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/events/event_sender.h"
#include "core/lifecycle/lifecycle.h"
#include "core/lifecycle/owned_workers.h"
#include "core/rules/config.h"
#include "core/seams/pod_runtime.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_rpc.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class HealthChecker {
 public:
  HealthChecker(Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store,
                PodRuntime& pods, WorkerRpc& rpc, WorkerLifecycle& lifecycle, OwnedWorkers& owned)
      : runtime_(runtime),
        config_(config),
        events_(events),
        store_(store),
        pods_(pods),
        rpc_(rpc),
        lifecycle_(lifecycle),
        owned_(owned) {}

  // Probes every published worker whose lease is not checked out, several at once within the
  // configured bound, and then judges those that failed. Returns how many were marked lost;
  // Cancelled.
  absl::StatusOr<int> RunOnce();

 private:
  enum class Answer : std::uint8_t {
    kNone,    // nothing was learned about the worker: its lease has moved, or the row was not read
    kWell,    // or draining on purpose
    kSick,    // the worker says so, or refuses the lease that its row shows
    kSilent,  // no answer came
  };
  struct Probe {
    ManagedWorkerPtr worker;
    WorkerLease judged;  // under which the worker was asked
    Answer answer = Answer::kNone;
  };
  using Probes = std::shared_ptr<std::vector<Probe>>;

  // Runs the step for each probe, several at once within the configured bound. Cancelled, or OK.
  absl::Status ForEach(const Probes& probes, std::function<absl::Status(Probe&)> step);
  absl::StatusOr<Answer> Ask(const ManagedWorkerPtr& worker, const WorkerLease& judged);
  // What an answer is worth: it counts only if it comes from the worker's own pod, and a worker
  // that serves another org than its row says, or none although it is hot, is sick.
  static Answer Weigh(const ManagedWorker& worker, const WorkerHealth& health);
  // How many times in a row the worker has failed now; 0 if nothing was learned about it.
  static int CountFailure(const Probe& probe, bool most_are_silent);
  // REQUIRES: the worker has failed often enough. True if the worker was ended; Cancelled.
  absl::StatusOr<bool> Judge(const Probe& probe, bool most_are_silent);
  // Whether the platform still has the worker's pod, alive; the platform's error if it cannot say.
  absl::StatusOr<bool> PodLives(const ManagedWorker& worker);
  // False only if the row shows that the lease is stale.
  absl::StatusOr<bool> LeaseHolds(const WorkerLease& lease);
  bool End(const ManagedWorkerPtr& worker, const WorkerLease& judged, const char* reason);

  Runtime& runtime_;
  const Config& config_;
  EventSender& events_;
  WorkerStore& store_;
  PodRuntime& pods_;
  WorkerRpc& rpc_;
  WorkerLifecycle& lifecycle_;
  OwnedWorkers& owned_;
};

}  // namespace fencepost
