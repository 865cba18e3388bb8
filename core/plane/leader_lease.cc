#include "core/plane/leader_lease.h"

namespace fencepost {

absl::Status LeaderLease::Campaign() {
  const absl::Duration ttl = lifecycle_.config().leadership_ttl;
  const absl::Time asked = lifecycle_.runtime().Now();
  const absl::StatusOr<LeadershipReply> reply = lifecycle_.runtime().Call(
      CallSite{CallTarget::kStore, "acquire_leadership"},
      [this, ttl] { return lifecycle_.store().AcquireLeadership(lifecycle_.cp(), ttl); });
  if (!reply.ok()) return reply.status();
  leads_until_ = reply->leads ? asked + ttl : absl::InfinitePast();
  if (reply->leads) term_ = reply->term;
  return absl::OkStatus();
}

absl::Status LeaderLease::Resign() {
  if (leads_until_ == absl::InfinitePast()) return absl::OkStatus();
  leads_until_ = absl::InfinitePast();
  return lifecycle_.runtime().Call(
      CallSite{CallTarget::kStore, "resign_leadership"},
      [this, term = term_] { return lifecycle_.store().ResignLeadership(lifecycle_.cp(), term); });
}

}  // namespace fencepost
