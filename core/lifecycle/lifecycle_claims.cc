// How WorkerLifecycle becomes the owner of workers: creates and claims.

#include <utility>

#include "core/lifecycle/lifecycle.h"
#include "core/rules/effect.h"

namespace fencepost {

absl::Status ClaimResult::status() const {
  if (!error.ok() || claimed()) return error;
  const std::string_view name = ClaimOutcomeName(outcome);
  const absl::string_view why(name.data(), name.size());
  if (outcome == ClaimOutcome::kOwnerNotActive) return absl::FailedPreconditionError(why);
  if (outcome == ClaimOutcome::kNoneAvailable) return absl::NotFoundError(why);
  return absl::ResourceExhaustedError(why);
}

bool WorkerLifecycle::ClaimInFlight(OperationId id) const { return claims_in_flight_.contains(id); }

ClaimResult WorkerLifecycle::CreateOrgSlot(const Org& org, const Image& image) {
  return Create(Operation::kCreateOrgSlot, CreateRequest{.id = NextOperation(),
                                                         .owner = cp_,
                                                         .image = image,
                                                         .org = org,
                                                         .caps = config_.caps,
                                                         .warm_target = 0});
}

ClaimResult WorkerLifecycle::CreateWarmSlot(const Image& image, std::int64_t warm_target) {
  return Create(Operation::kCreateWarmSlot, CreateRequest{.id = NextOperation(),
                                                          .owner = cp_,
                                                          .image = image,
                                                          .org = Org(),
                                                          .caps = config_.caps,
                                                          .warm_target = warm_target});
}

ClaimResult WorkerLifecycle::ClaimIdle(const Org& org, const Image& image) {
  return Claim(Operation::kClaimIdle, ClaimRequest{.id = NextOperation(),
                                                   .new_owner = cp_,
                                                   .org = org,
                                                   .image = image,
                                                   .caps = config_.caps});
}

ClaimResult WorkerLifecycle::ClaimHotIdle(const Org& org, const Image& image) {
  return Claim(Operation::kClaimHotIdle, ClaimRequest{.id = NextOperation(),
                                                      .new_owner = cp_,
                                                      .org = org,
                                                      .image = image,
                                                      .caps = config_.caps});
}

ClaimResult WorkerLifecycle::Create(Operation operation, CreateRequest request) {
  claims_in_flight_.insert(request.id);
  absl::StatusOr<ClaimReply> reply =
      runtime_.CallOwning(CallSite{CallTarget::kStore, OperationName(operation)},
                          [&store = store_, request] { return store.CreateSlot(request); });
  return TellClaim(operation, request.id, std::move(reply));
}

ClaimResult WorkerLifecycle::Claim(Operation operation, ClaimRequest request) {
  claims_in_flight_.insert(request.id);
  absl::StatusOr<ClaimReply> reply =
      runtime_.CallOwning(CallSite{CallTarget::kStore, OperationName(operation)},
                          [&store = store_, operation, request] {
                            return operation == Operation::kClaimIdle ? store.ClaimIdle(request)
                                                                      : store.ClaimHotIdle(request);
                          });
  return TellClaim(operation, request.id, std::move(reply));
}

// Repeating a claim could claim a second worker. So a claim in doubt is settled by a look: the row
// that it changed carries its operation id. What the look does not find is left to the janitor.
absl::StatusOr<ClaimReply> WorkerLifecycle::SettleClaim(OperationId id, absl::Status doubt) {
  for (int attempt = 1; attempt < config_.settle_attempts; ++attempt) {
    const absl::Time next = runtime_.Now() + config_.settle_backoff;
    if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
    absl::StatusOr<ClaimReply> found = runtime_.Call(CallSite{CallTarget::kStore, "find_claim"},
                                                     [this, id] { return store_.FindClaim(id); });
    if (found.ok() && found->outcome == ClaimOutcome::kClaimed) return found;
    if (found.ok()) return doubt;
    if (absl::IsCancelled(found.status())) return found;
  }
  return doubt;
}

ClaimResult WorkerLifecycle::TellClaim(Operation operation, OperationId id,
                                       absl::StatusOr<ClaimReply> reply) {
  if (!reply.ok() && !absl::IsCancelled(reply.status()) && MayHaveApplied(reply.status())) {
    reply = SettleClaim(id, reply.status());
  }
  claims_in_flight_.erase(id);
  ClaimResult result;
  if (!reply.ok() && absl::IsCancelled(reply.status())) {
    result.error = std::move(reply).status();
    return result;
  }
  events_.Send(ClaimTold{operation, id, reply});
  if (!reply.ok()) {
    result.error = std::move(reply).status();
    return result;
  }
  if (reply->lease.has_value()) events_.Send(LeaseMinted{*reply->lease});
  result.outcome = reply->outcome;
  result.row = std::move(reply->row);
  result.lease = std::move(reply->lease);
  return result;
}

}  // namespace fencepost
