// The orgs for which activations fail for a reason of their own: their credentials are refused.
//
// While such an org backs off, its requests wait or are refused, and take no worker, so that they
// cost the other orgs nothing. The back-off grows with each failure in a row, with jitter, and one
// request at a time tries whether it is over. Memory is bounded by the orgs that have failed
// lately. Belongs to one control plane's strand.
#pragma once

#include <cstddef>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"

namespace fencepost {

class OrgBackoff {
 public:
  OrgBackoff(Runtime& runtime, const Config& config) : runtime_(runtime), config_(config) {}

  // OK if the org may try now; its other requests then wait for what comes of this one. Otherwise
  // Unavailable with the reason, and NextTurn says until when.
  absl::Status TakeTurn(const Org& org);
  // When the org may try; in the infinite past if it does not back off.
  absl::Time NextTurn(const Org& org) const;

  void Failed(const Org& org, const absl::Status& why);
  void Succeeded(const Org& org);

  // Orgs that are remembered.
  std::size_t size() const { return failing_.size(); }

 private:
  struct Failing {
    int failures = 0;  // in a row
    absl::Time until;
    absl::Status why;
  };
  absl::Duration Delay(int failures);

  Runtime& runtime_;
  const Config& config_;
  absl::btree_map<Org, Failing> failing_;
};

}  // namespace fencepost
