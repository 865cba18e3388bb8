#include "core/plane/shutdown.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/lifecycle/parallel.h"

namespace fencepost {
namespace {

constexpr char kReason[] = "shutdown";

enum class Ending { kRetired, kSpared, kLeft };

// How each worker ended. Outlives a cancelled shutdown together with the activities that work on
// it.
using Tally = std::map<WorkerId, Ending>;

ShutdownReport Report(const Tally& tally) {
  ShutdownReport report;
  for (const auto& [worker, ending] : tally) {
    if (ending == Ending::kRetired) ++report.retired;
    if (ending == Ending::kSpared) ++report.spared;
    if (ending == Ending::kLeft) ++report.left;
  }
  return report;
}

bool IsSettled(const Tally& tally, WorkerId worker) {
  const auto found = tally.find(worker);
  return found != tally.end() && found->second != Ending::kLeft;
}

// REQUIRES: no other activity works under this lease meanwhile.
Ending EndUnderLease(WorkerLifecycle& lifecycle, const WorkerLease& lease) {
  const TransitionResult drained = lifecycle.Drain(lease, SessionRule::kSpareSessions, kReason);
  if (drained.outcome == TransitionOutcome::kFenceMissSession) return Ending::kSpared;
  if (!drained.landed()) return Ending::kLeft;
  if (!lifecycle.CleanUp(*drained.fence).ok()) return Ending::kLeft;
  return lifecycle.RetireDrained(lease, kReason).landed() ? Ending::kRetired : Ending::kLeft;
}

Ending EndManaged(WorkerLifecycle& lifecycle, OwnedWorkers& owned, const ManagedWorkerPtr& worker) {
  Ending ending = Ending::kLeft;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (!checkout.ok()) return ending;
    ending = EndUnderLease(lifecycle, checkout->lease());
    if (ending == Ending::kSpared) return ending;
    checkout->Drop();
  }
  owned.Forget(worker);
  return ending;
}

// Ends a worker that the store lists for this control plane and that the round over memory did not
// end: the reply to a transition was lost for good, or the worker was drained and not retired. A
// claim whose reply came late may have brought it into memory since, and an activity may hold its
// lease.
Ending EndListed(WorkerLifecycle& lifecycle, OwnedWorkers& owned, const OwnedWorker& listed) {
  if (const ManagedWorkerPtr known = owned.Find(listed.row.row().worker_id)) {
    return EndManaged(lifecycle, owned, known);
  }
  if (listed.row.row().state != WorkerState::kDraining) {
    return EndUnderLease(lifecycle, listed.lease);
  }
  TransitionResult retired = lifecycle.RetireDrained(listed.lease, kReason);
  if (!retired.landed()) return Ending::kLeft;
  lifecycle.ScheduleCleanup(*std::move(retired.fence));
  return Ending::kRetired;
}

}  // namespace

Shutdown::Shutdown(CpId cp, Runtime& runtime, const Config& config, EventSender& events,
                   WorkerStore& store, WorkerLifecycle& lifecycle, OwnedWorkers& owned,
                   CredentialRefresher& refresher)
    : cp_(std::move(cp)),
      runtime_(runtime),
      config_(config),
      events_(events),
      store_(store),
      lifecycle_(lifecycle),
      owned_(owned),
      refresher_(refresher) {}

absl::StatusOr<ShutdownReport> Shutdown::EndAll() {
  owned_.Close();
  if (absl::Status stopped = refresher_.Stop(); !stopped.ok()) return stopped;

  const auto parallelism = static_cast<std::size_t>(config_.shutdown_parallelism);
  auto tally = std::make_shared<Tally>();

  auto managed = std::make_shared<const std::vector<ManagedWorkerPtr>>(owned_.Workers());
  absl::Status done = ForEachBounded(
      runtime_, "shutdown", managed->size(), parallelism, [this, tally, managed](std::size_t i) {
        const ManagedWorkerPtr& worker = (*managed)[i];
        (*tally)[worker->id] = EndManaged(lifecycle_, owned_, worker);
      });
  if (!done.ok()) return done;

  absl::StatusOr<std::vector<OwnedWorker>> listed = runtime_.Call(
      CallSite{CallTarget::kStore, "list_owned"}, [this] { return store_.ListOwned(cp_); });
  if (absl::IsCancelled(listed.status())) return listed.status();
  if (!listed.ok()) events_.Note(WorkerId{}, "shutdown_listing_failed", listed.status());
  if (listed.ok()) {
    auto owned = std::make_shared<const std::vector<OwnedWorker>>(*std::move(listed));
    done = ForEachBounded(runtime_, "shutdown", owned->size(), parallelism,
                          [this, tally, owned](std::size_t i) {
                            const OwnedWorker& worker = (*owned)[i];
                            const WorkerId id = worker.row.row().worker_id;
                            if (IsSettled(*tally, id)) return;
                            (*tally)[id] = EndListed(lifecycle_, owned_, worker);
                          });
    if (!done.ok()) return done;
  }
  if (absl::Status cleaned = lifecycle_.AwaitCleanups(); !cleaned.ok()) return cleaned;
  return Report(*tally);
}

}  // namespace fencepost
