// The three values that carry authority over a worker. None of them can be made up.
//
//   WorkerSnapshot  what a store saw of a row at one moment. Only a store mints it.
//   WorkerLease     proof of ownership: worker, owner, epoch. Only a store mints it.
//   Fence           proof that the worker's pod is dead to everyone: the only thing that deletes
//                   a pod. Only WorkerLifecycle mints it, and it cannot be copied.
//
// A store is a class derived from WorkerStore; the minting functions are protected members there.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/rules/ids.h"
#include "core/rules/worker.h"

namespace fencepost {

class WorkerSnapshot {
 public:
  const WorkerRow& row() const { return row_; }

 private:
  friend class WorkerStore;
  explicit WorkerSnapshot(WorkerRow row) : row_(std::move(row)) {}
  WorkerRow row_;
};

// Ownership at one epoch. Holding it does not mean that it is still current: every use of it
// compares it with the row.
class WorkerLease {
 public:
  WorkerId worker() const { return worker_; }
  const CpId& owner() const { return owner_; }
  Epoch epoch() const { return epoch_; }

  friend bool operator==(const WorkerLease&, const WorkerLease&) = default;

 private:
  friend class WorkerStore;
  WorkerLease(WorkerId worker, CpId owner, Epoch epoch)
      : worker_(worker), owner_(std::move(owner)), epoch_(epoch) {}
  WorkerId worker_;
  CpId owner_;
  Epoch epoch_;
};

// Where a fence comes from: there are exactly three places.
enum class FenceOrigin : std::uint8_t {
  kLandedTransition,  // to draining or to a terminal state
  kTerminalSnapshot,  // terminal is absorbing
  kAbsentRow,         // worker ids are never reused, and a row exists before its pod
};
std::string_view FenceOriginName(FenceOrigin origin);

class Fence {
 public:
  Fence(Fence&&) noexcept = default;
  Fence& operator=(Fence&&) noexcept = default;
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  WorkerId worker() const { return worker_; }
  const PodName& pod_name() const { return pod_name_; }
  // Empty when the worker was fenced before its pod's uid was recorded: the fence then covers any
  // pod of this worker, and no pod of another one.
  const PodUid& pod_uid() const { return pod_uid_; }
  FenceOrigin origin() const { return origin_; }

 private:
  friend class WorkerLifecycle;
  Fence(WorkerId worker, PodName pod_name, PodUid pod_uid, FenceOrigin origin)
      : worker_(worker),
        pod_name_(std::move(pod_name)),
        pod_uid_(std::move(pod_uid)),
        origin_(origin) {}
  WorkerId worker_;
  PodName pod_name_;
  PodUid pod_uid_;
  FenceOrigin origin_;
};

}  // namespace fencepost
