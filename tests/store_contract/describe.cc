#include "tests/store_contract/describe.h"

#include "absl/strings/str_cat.h"

namespace fencepost::store_contract {
namespace {

absl::string_view Bridge(std::string_view text) { return {text.data(), text.size()}; }

struct Describer {
  std::string operator()(const RowCommitted& e) const {
    return absl::StrCat("row_committed ", Bridge(OperationName(e.operation)), " ", e.id.ToString(),
                        e.request == nullptr ? "" : " by request", ", ", Facts(e.facts),
                        ", before: ", Row(e.before), ", after: ", FullText(e.after));
  }
  std::string operator()(const RowRefused& e) const {
    return absl::StrCat("row_refused ", Bridge(OperationName(e.request.operation)), " ",
                        e.request.id.ToString(), " ", Bridge(OutcomeName(e.outcome)), ", ",
                        Facts(e.facts), ", row: ", Row(e.row));
  }
  std::string operator()(const ControlPlaneChanged& e) const {
    return absl::StrCat("control_plane_changed from ", FullText(e.before), " to ", FullText(e.row));
  }
  std::string operator()(const SessionChanged& e) const {
    return absl::StrCat("session_changed from ",
                        e.before.has_value() ? Bridge(SessionStateName(*e.before)) : "none", " to ",
                        FullText(e.session));
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }

 private:
  static std::string Facts(const GuardFacts& facts) {
    return absl::StrCat(facts.owner_gone ? "owner gone, " : "owner there, ",
                        facts.live_session ? "live session" : "no live session");
  }
  static std::string Row(const WorkerRow* row) { return row == nullptr ? "none" : FullText(*row); }
};

}  // namespace

std::string FullText(absl::Time time) {
  if (time == absl::InfinitePast()) return "never";
  if (time == absl::InfiniteFuture()) return "for ever";
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, absl::UTCTimeZone());
}

std::string FullText(const WorkerRow& row) {
  return absl::StrCat("worker ", Number(row.worker_id), " ", Bridge(StateName(row.state)), " org '",
                      row.org.text(), "' image '", row.image.text(), "' owner '",
                      row.owner_cp.text(), "' epoch ", Number(row.owner_epoch), " revision ",
                      Number(row.revision), " by ", row.last_operation.ToString(), " pod ",
                      row.pod_name.text(), "/", row.pod_uid.text(), " reason '", row.retire_reason,
                      "' credentials ", FullText(row.credentials_expiry), " created ",
                      FullText(row.created_at), " updated ", FullText(row.updated_at), " since ",
                      FullText(row.state_since), " activated ", FullText(row.activated_at));
}

std::string FullText(const ControlPlaneRow& row) {
  return absl::StrCat("control plane ", row.cp_id.text(), " boot ", Number(row.boot_id), " ",
                      Bridge(CpStateName(row.state)), " (",
                      Bridge(ExpiryCauseName(row.expiry_cause)), ") heartbeat ",
                      FullText(row.heartbeat_at), " draining since ", FullText(row.draining_since),
                      " expired ", FullText(row.expired_at));
}

std::string FullText(const SessionRow& row) {
  return absl::StrCat("session ", row.id.token.text(), " of ", row.id.org.text(), " held by ",
                      row.holder.ToString(), " of worker ", Number(row.worker_id), " epoch ",
                      Number(row.epoch), " ", Bridge(SessionStateName(row.state)), " until ",
                      FullText(row.expires_at));
}

std::string FullText(const WorkerSnapshot& snapshot) { return FullText(snapshot.row()); }

std::string FullText(const WorkerLease& lease) {
  return absl::StrCat("lease ", Number(lease.worker()), "/", lease.owner().text(), "/",
                      Number(lease.epoch()));
}

std::string FullText(const OwnedWorker& owned) {
  return absl::StrCat(FullText(owned.row), " with ", FullText(owned.lease));
}

std::string FullText(const CpId& cp) { return cp.text(); }

std::string FullText(const ClaimReply& reply) {
  return absl::StrCat(Bridge(ClaimOutcomeName(reply.outcome)), ", ", FullText(reply.row), ", ",
                      FullText(reply.lease));
}

std::string FullText(const SessionHandle& session) {
  return absl::StrCat("session ", session.id.token.text(), " of ", session.id.org.text(),
                      " held by ", session.holder.ToString());
}

std::string FullText(const SessionReply& reply) {
  return absl::StrCat(Bridge(OutcomeName(reply.outcome)), ", ", FullText(reply.session));
}

std::string FullText(const LeadershipReply& reply) {
  return absl::StrCat(reply.leads ? "leads" : "does not lead", ", term ", Number(reply.term),
                      " of ", reply.leader.text(), " until ", FullText(reply.until));
}

std::string FullText(const ClaimResult& result) {
  return absl::StrCat(Bridge(ClaimOutcomeName(result.outcome)), ", ", FullText(result.error), ", ",
                      FullText(result.row), ", ", FullText(result.lease));
}

std::string FullText(const TransitionResult& result) {
  return absl::StrCat(Bridge(OutcomeName(result.outcome)), ", ", FullText(result.error), ", ",
                      FullText(result.row), ", ", FullText(result.lease),
                      result.fence.has_value() ? ", fence" : "");
}

std::string FullText(CpState state) { return std::string(CpStateName(state)); }

std::string FullText(std::int64_t count) { return absl::StrCat(count); }

std::string FullText(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

std::string FullText(const Event& event) { return std::visit(Describer{}, event.body); }

}  // namespace fencepost::store_contract
