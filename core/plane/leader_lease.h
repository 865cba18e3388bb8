// Leadership of the fleet's housekeeping: one control plane at a time, with a fencing token.
//
// Leadership only saves work: safety never depends on there being one leader, since every
// retirement is fenced by what the janitor has seen. A failed renewal has no effect until the
// granted time is over. See Gray and Cheriton, "Leases" (1989).
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

  // Takes the leadership if it is free, or renews it if this control plane has it. The store's
  // errors; Cancelled.
  absl::Status Campaign();
  // Whether this control plane leads. Renews the leadership if it is past half of its time, so that
  // a long pass does not lose it.
  bool KeepLeading();
  // Gives the leadership up, so that no other control plane has to wait until it runs out.
  absl::Status Resign();

  // By this process's clock, counted from before the store was asked.
  bool leads() const { return runtime_.Now() < leads_until_; }
  // The term of the last leadership that was granted here. It rises with every change of the
  // leader.
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
