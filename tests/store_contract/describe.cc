#include "tests/store_contract/describe.h"

#include "absl/strings/str_cat.h"

namespace fencepost::store_contract {
namespace {

absl::string_view Bridge(std::string_view text) { return {text.data(), text.size()}; }

struct Describer {
  std::string operator()(const RowCommitted& e) const {
    return absl::StrCat("row_committed ", Bridge(OperationName(e.operation)), " ", e.id.ToString(),
                        e.request == nullptr ? "" : " by request", ", ", Facts(e.facts),
                        ", before: ", Row(e.before), ", after: ", Describe(e.after));
  }
  std::string operator()(const RowRefused& e) const {
    return absl::StrCat("row_refused ", Bridge(OperationName(e.request.operation)), " ",
                        e.request.id.ToString(), " ", Bridge(OutcomeName(e.outcome)), ", ",
                        Facts(e.facts), ", row: ", Row(e.row));
  }
  std::string operator()(const ControlPlaneChanged& e) const {
    return absl::StrCat("control_plane_changed from ", Describe(e.before), " to ", Describe(e.row));
  }
  std::string operator()(const SessionChanged& e) const {
    return absl::StrCat("session_changed from ",
                        e.before.has_value() ? Bridge(SessionStateName(*e.before)) : "none", " to ",
                        Describe(e.session));
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
  static std::string Row(const WorkerRow* row) { return row == nullptr ? "none" : Describe(*row); }
};

}  // namespace

std::string Describe(absl::Time time) {
  if (time == absl::InfinitePast()) return "never";
  if (time == absl::InfiniteFuture()) return "for ever";
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, absl::UTCTimeZone());
}

std::string Describe(const WorkerRow& row) {
  return absl::StrCat("worker ", Number(row.worker_id), " ", Bridge(StateName(row.state)), " org '",
                      row.org.text(), "' image '", row.image.text(), "' owner '",
                      row.owner_cp.text(), "' epoch ", Number(row.owner_epoch), " revision ",
                      Number(row.revision), " by ", row.last_operation.ToString(), " pod ",
                      row.pod_name.text(), "/", row.pod_uid.text(), " reason '", row.retire_reason,
                      "' credentials ", Describe(row.credentials_expiry), " created ",
                      Describe(row.created_at), " updated ", Describe(row.updated_at), " since ",
                      Describe(row.state_since), " activated ", Describe(row.activated_at));
}

std::string Describe(const ControlPlaneRow& row) {
  return absl::StrCat("control plane ", row.cp_id.text(), " boot ", Number(row.boot_id), " ",
                      Bridge(CpStateName(row.state)), " (",
                      Bridge(ExpiryCauseName(row.expiry_cause)), ") heartbeat ",
                      Describe(row.heartbeat_at), " draining since ", Describe(row.draining_since),
                      " expired ", Describe(row.expired_at));
}

std::string Describe(const SessionRow& row) {
  return absl::StrCat("session ", row.token.text(), " of worker ", Number(row.worker_id), " epoch ",
                      Number(row.epoch), " ", Bridge(SessionStateName(row.state)), " until ",
                      Describe(row.expires_at));
}

std::string Describe(const WorkerSnapshot& snapshot) { return Describe(snapshot.row()); }

std::string Describe(const WorkerLease& lease) {
  return absl::StrCat("lease ", Number(lease.worker()), "/", lease.owner().text(), "/",
                      Number(lease.epoch()));
}

std::string Describe(const OwnedWorker& owned) {
  return absl::StrCat(Describe(owned.row), " with ", Describe(owned.lease));
}

std::string Describe(const CpId& cp) { return cp.text(); }

std::string Describe(const ClaimReply& reply) {
  return absl::StrCat(Bridge(ClaimOutcomeName(reply.outcome)), ", ", Describe(reply.row), ", ",
                      Describe(reply.lease));
}

std::string Describe(const SessionReply& reply) {
  return absl::StrCat(Bridge(OutcomeName(reply.outcome)), ", ", Describe(reply.session));
}

std::string Describe(const LeadershipReply& reply) {
  return absl::StrCat(reply.leads ? "leads" : "does not lead", ", term ", Number(reply.term),
                      " of ", reply.leader.text(), " until ", Describe(reply.until));
}

std::string Describe(const ClaimResult& result) {
  return absl::StrCat(Bridge(ClaimOutcomeName(result.outcome)), ", ", Describe(result.error), ", ",
                      Describe(result.row), ", ", Describe(result.lease));
}

std::string Describe(const TransitionResult& result) {
  return absl::StrCat(Bridge(OutcomeName(result.outcome)), ", ", Describe(result.error), ", ",
                      Describe(result.row), ", ", Describe(result.lease),
                      result.fence.has_value() ? ", fence" : "");
}

std::string Describe(CpState state) { return std::string(CpStateName(state)); }

std::string Describe(std::int64_t count) { return absl::StrCat(count); }

std::string Describe(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

std::string Describe(const Event& event) { return std::visit(Describer{}, event.body); }

}  // namespace fencepost::store_contract
