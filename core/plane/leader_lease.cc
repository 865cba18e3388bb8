#include "core/plane/leader_lease.h"

namespace fencepost {

absl::Status LeaderLease::Campaign() {
  const absl::Duration ttl = config_.leadership_ttl;
  const absl::Time asked = runtime_.Now();
  const absl::StatusOr<LeadershipReply> reply =
      runtime_.Call(CallSite{CallTarget::kStore, "acquire_leadership"},
                    [this, ttl] { return store_.AcquireLeadership(cp_, ttl); });
  if (!reply.ok()) return reply.status();
  leads_until_ = reply->leads ? asked + ttl : absl::InfinitePast();
  if (reply->leads) term_ = reply->term;
  return absl::OkStatus();
}

bool LeaderLease::KeepLeading() {
  const bool due = leads() && leads_until_ - runtime_.Now() < config_.leadership_ttl / 2;
  if (due) Campaign().IgnoreError();  // without an answer the granted time goes on
  return leads();
}

absl::Status LeaderLease::Resign() {
  if (leads_until_ == absl::InfinitePast()) return absl::OkStatus();
  leads_until_ = absl::InfinitePast();
  return runtime_.Call(CallSite{CallTarget::kStore, "resign_leadership"},
                       [this, term = term_] { return store_.ResignLeadership(cp_, term); });
}

}  // namespace fencepost
