// Leadership of the fleet's housekeeping: one control plane at a time, with a fencing token.
//
// It saves work, and nothing more: safety never depends on there being one leader, since every
// retirement is fenced by what it has seen. A renewal that fails costs nothing until the time that
// was granted is over. See Gray and Cheriton, "Leases" (1989).
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

class LeaderLease {
 public:
  LeaderLease(CpId cp, Runtime& runtime, const Config& config, WorkerStore& store)
      : cp_(std::move(cp)), runtime_(runtime), config_(config), store_(store) {}

  // Takes the leadership if it is free, renews it if it is ours. The store's errors; Cancelled.
  absl::Status Campaign();
  // Gives it up, so that another need not wait for it to run out.
  absl::Status Resign();

  // By this process's clock, counted from before the store was asked.
  bool leads() const { return runtime_.Now() < leads_until_; }
  // Of the last leadership that was granted here; rises with every change of the leader.
  Term term() const { return term_; }

 private:
  const CpId cp_;
  Runtime& runtime_;
  const Config& config_;
  WorkerStore& store_;
  Term term_{};
  absl::Time leads_until_ = absl::InfinitePast();
};

}  // namespace fencepost
