#include "store_pg/rows.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "store_pg/values.h"

namespace fencepost::pg {
namespace {

// Reads one field after the other.
class Fields {
 public:
  Fields(const pqxx::row& row, int first) : row_(row), next_(first) {}

  std::int64_t Number() { return ReadNumber(Next()); }
  std::string Text() { return std::string(ReadText(Next())); }
  absl::Time Time() { return ParseTime(ReadText(Next())); }
  OperationId Operation() {
    const BootId boot{static_cast<std::uint64_t>(Number())};
    return {boot, static_cast<std::uint64_t>(Number())};
  }

 private:
  pqxx::field Next() { return row_[next_++]; }

  const pqxx::row& row_;
  int next_;
};

template <class Names>
std::string Columns(const Names& names, std::string_view prefix) {
  std::string columns;
  for (const std::string_view name : names) {
    if (!columns.empty()) columns += ", ";
    columns += prefix;
    columns += name;
  }
  return columns;
}

// What a session_change has before its session.
constexpr std::string_view kChangeColumns[] = {"outcome", "changed", "state_before"};

template <class State, class NameOf>
State ParseName(std::string_view text, std::initializer_list<State> all, NameOf name_of) {
  for (const State state : all) {
    if (name_of(state) == text) return state;
  }
  Check(false, "the schema's checks allow only known names");
  return {};
}

}  // namespace

std::int64_t ReadNumber(const pqxx::field& field) {
  const std::string_view text = ReadText(field);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  Check(error == std::errc() && end == text.data() + text.size(), "the field is a number");
  return number;
}

bool ReadBool(const pqxx::field& field) { return ReadText(field) == "t"; }

std::string_view ReadText(const pqxx::field& field) { return {field.c_str(), field.size()}; }

std::string WorkerColumns(std::string_view prefix) { return Columns(kWorkerColumns, prefix); }

WorkerRow ReadWorker(const pqxx::row& row, int first) {
  Fields fields(row, first);
  WorkerRow worker;
  worker.worker_id = WorkerId{fields.Number()};
  worker.pod_name = PodNameOf(worker.worker_id);
  worker.pod_uid = PodUid(fields.Text());
  worker.image = Image(fields.Text());
  const std::optional<WorkerState> state = ParseState(fields.Text());
  Check(state.has_value(), "the schema's checks allow only known states");
  worker.state = *state;
  worker.org = Org(fields.Text());
  worker.owner_cp = CpId(fields.Text());
  worker.owner_epoch = Epoch{fields.Number()};
  worker.revision = Revision{fields.Number()};
  worker.last_operation = fields.Operation();
  worker.retire_reason = fields.Text();
  worker.credentials_expiry = fields.Time();
  worker.created_at = fields.Time();
  worker.updated_at = fields.Time();
  worker.state_since = fields.Time();
  worker.activated_at = fields.Time();
  return worker;
}

CpState ParseCpState(std::string_view text) {
  return ParseName(text, {CpState::kActive, CpState::kDraining, CpState::kExpired}, CpStateName);
}

ControlPlaneRow ReadControlPlane(const pqxx::row& row, int first) {
  Fields fields(row, first);
  ControlPlaneRow cp;
  cp.cp_id = CpId(fields.Text());
  cp.boot_id = BootId{static_cast<std::uint64_t>(fields.Number())};
  cp.state = ParseCpState(fields.Text());
  cp.expiry_cause = ParseName(fields.Text(),
                              {ExpiryCause::kNone, ExpiryCause::kMissedHeartbeat,
                               ExpiryCause::kOverdueDrain, ExpiryCause::kDeregistered},
                              ExpiryCauseName);
  cp.heartbeat_at = fields.Time();
  cp.draining_since = fields.Time();
  cp.expired_at = fields.Time();
  return cp;
}

SessionState ParseSessionState(std::string_view text) {
  return ParseName(text,
                   {SessionState::kActive, SessionState::kReconnecting, SessionState::kExpired,
                    SessionState::kClosed},
                   SessionStateName);
}

std::string SessionColumns(std::string_view prefix) { return Columns(kSessionColumns, prefix); }

SessionRow ReadSession(const pqxx::row& row, int first) {
  Fields fields(row, first);
  SessionRow session;
  session.id.org = Org(fields.Text());
  session.id.token = SessionToken(fields.Text());
  session.holder = fields.Operation();
  session.worker_id = WorkerId{fields.Number()};
  session.epoch = Epoch{fields.Number()};
  session.state = ParseSessionState(fields.Text());
  session.expires_at = fields.Time();
  return session;
}

std::string SessionChangeColumns(std::string_view prefix) {
  return absl::StrCat(Columns(kChangeColumns, prefix), ", ",
                      SessionColumns(absl::StrCat("(", std::string(prefix), "session).")));
}

std::string NoSessionChange() {
  std::string nulls;
  for (std::size_t i = 0; i < std::size(kChangeColumns) + std::size(kSessionColumns); ++i) {
    nulls += nulls.empty() ? "NULL" : ", NULL";
  }
  return nulls;
}

SessionChange ReadSessionChange(const pqxx::row& row, int first) {
  Fields fields(row, first);
  SessionChange change;
  const std::optional<TransitionOutcome> outcome = ParseOutcome(fields.Text());
  Check(outcome.has_value(), "the functions give known outcomes");
  change.reply.outcome = *outcome;
  change.changed = fields.Text() == "t";
  const std::string before = fields.Text();  // empty for null
  if (!before.empty()) change.before = ParseSessionState(before);
  if (*outcome == TransitionOutcome::kTransitioned) {
    change.reply.session = ReadSession(row, first + static_cast<int>(std::size(kChangeColumns)));
  }
  return change;
}

}  // namespace fencepost::pg
