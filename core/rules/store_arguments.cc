#include "core/rules/store_arguments.h"

#include "absl/strings/str_cat.h"

namespace fencepost {
namespace {

absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

}  // namespace

absl::Status CheckNotNegative(absl::Duration duration, std::string_view what) {
  if (duration >= absl::ZeroDuration()) return absl::OkStatus();
  return Wrong(absl::StrCat(absl::string_view(what.data(), what.size()), " must not be negative"));
}

absl::Status CheckTtl(absl::Duration ttl) {
  return ttl > absl::ZeroDuration() ? absl::OkStatus() : Wrong("the ttl must be above zero");
}

absl::Status CheckLimit(std::int64_t limit) {
  return limit >= 1 ? absl::OkStatus() : Wrong("the limit of a listing must be at least 1");
}

absl::Status CheckListing(absl::Duration age, std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  return CheckNotNegative(age, "the age");
}

absl::Status CheckCp(const CpId& cp) {
  return cp.empty() ? Wrong("a control plane needs a name") : absl::OkStatus();
}

absl::Status CheckSession(const SessionId& session) {
  if (session.org.empty()) return Wrong("a session needs an org");
  return session.token.empty() ? Wrong("a session needs a token") : absl::OkStatus();
}

absl::Status CheckSession(const SessionHandle& session) {
  if (absl::Status valid = CheckSession(session.id); !valid.ok()) return valid;
  return session.holder.none() ? Wrong("a session needs a holder") : absl::OkStatus();
}

absl::Status CheckSession(const SessionHandle& session, absl::Duration ttl) {
  if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
  return CheckTtl(ttl);
}

absl::Status CheckRenewal(const CpId& owner, const std::vector<SessionHandle>& sessions,
                          absl::Duration ttl) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  const SessionHandle* before = nullptr;
  for (const SessionHandle& session : sessions) {
    if (absl::Status valid = CheckSession(session); !valid.ok()) return valid;
    if (before != nullptr && before->id >= session.id) {
      return Wrong("sessions are renewed in the order of their ids, each once");
    }
    before = &session;
  }
  return CheckTtl(ttl);
}

absl::Status CheckOperationId(OperationId id) {
  return id.none() ? Wrong("an operation needs an id") : absl::OkStatus();
}

absl::Status CheckCreate(const CreateRequest& request) {
  if (absl::Status valid = CheckOperationId(request.id); !valid.ok()) return valid;
  if (absl::Status valid = CheckCp(request.owner); !valid.ok()) return valid;
  return request.image.empty() ? Wrong("a slot needs an image") : absl::OkStatus();
}

absl::Status CheckClaim(Operation operation, const ClaimRequest& request) {
  if (absl::Status valid = CheckOperationId(request.id); !valid.ok()) return valid;
  if (absl::Status valid = CheckCp(request.new_owner); !valid.ok()) return valid;
  if (request.org.empty()) return Wrong("a claim needs an org");
  const bool any_image = operation == Operation::kClaimHotIdle;
  if (request.image.empty() && !any_image) return Wrong("a claim of an idle worker needs an image");
  return absl::OkStatus();
}

}  // namespace fencepost
