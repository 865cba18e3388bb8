#include "store_sqlite/rows.h"

#include <initializer_list>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/rules/check.h"

namespace fencepost::sqlite {
namespace {

// Reads one column after the other.
class Columns {
 public:
  explicit Columns(const Query& query) : query_(query) {}

  std::int64_t Number() { return query_.Number(next_++); }
  std::string_view Text() { return query_.Text(next_++); }
  std::string String() { return std::string(Text()); }
  absl::Time Time() { return query_.Time(next_++); }
  OperationId Operation() {
    const auto boot = static_cast<std::uint64_t>(Number());
    return {BootId{boot}, static_cast<std::uint64_t>(Number())};
  }

 private:
  const Query& query_;
  int next_ = 0;
};

template <class State, class NameOf>
State ParseName(std::string_view text, std::initializer_list<State> all, NameOf name_of) {
  for (const State state : all) {
    if (name_of(state) == text) return state;
  }
  Check(false, "the schema's checks allow only known names");
  return {};
}

// A column that an operation may change, and its parameter.
struct Changed {
  std::string_view name;
  void (*bind)(Query& query, const WorkerRow& row);
};

std::vector<Changed> ChangedBy(const TransitionRule& rule) {
  std::vector<Changed> changed = {
      {"revision", [](Query& query, const WorkerRow& row) { query.Bind(row.revision); }},
      {"operation_boot",
       [](Query& query, const WorkerRow& row) { query.Bind(row.last_operation.boot); }},
      {"operation_sequence",
       [](Query& query, const WorkerRow& row) {
         query.Bind(static_cast<std::int64_t>(row.last_operation.sequence));
       }},
      {"updated_at", [](Query& query, const WorkerRow& row) { query.Bind(row.updated_at); }}};
  const auto add = [&changed](bool does, std::string_view name, auto bind) {
    if (does) changed.push_back({name, bind});
  };
  const bool moves = !rule.to.Empty();
  add(moves, "state", [](Query& query, const WorkerRow& row) { query.Bind(StateName(row.state)); });
  add(moves, "state_since",
      [](Query& query, const WorkerRow& row) { query.Bind(row.state_since); });
  const EffectSet& effects = rule.effects;
  add(effects.Has(Effect::kRaiseEpoch), "owner_epoch",
      [](Query& query, const WorkerRow& row) { query.Bind(row.owner_epoch); });
  add(effects.Has(Effect::kSetOwner), "owner_cp",
      [](Query& query, const WorkerRow& row) { query.Bind(row.owner_cp); });
  add(effects.Has(Effect::kSetOrg) || effects.Has(Effect::kClearOrg), "org",
      [](Query& query, const WorkerRow& row) { query.Bind(row.org); });
  add(effects.Has(Effect::kRecordPodUid), "pod_uid",
      [](Query& query, const WorkerRow& row) { query.Bind(row.pod_uid); });
  add(effects.Has(Effect::kRecordActivation), "activated_at",
      [](Query& query, const WorkerRow& row) { query.Bind(row.activated_at); });
  add(effects.Has(Effect::kRecordCredentials), "credentials_expiry",
      [](Query& query, const WorkerRow& row) { query.Bind(row.credentials_expiry); });
  add(effects.Has(Effect::kRecordReason), "retire_reason",
      [](Query& query, const WorkerRow& row) { query.Bind(std::string_view(row.retire_reason)); });
  return changed;
}

}  // namespace

WorkerRow ReadWorker(const Query& query) {
  Columns columns(query);
  WorkerRow row;
  row.worker_id = WorkerId{columns.Number()};
  row.pod_name = PodNameOf(row.worker_id);
  row.pod_uid = PodUid(columns.String());
  row.image = Image(columns.String());
  const std::optional<WorkerState> state = ParseState(columns.Text());
  Check(state.has_value(), "the schema's checks allow only known names");
  row.state = *state;
  row.org = Org(columns.String());
  row.owner_cp = CpId(columns.String());
  row.owner_epoch = Epoch{columns.Number()};
  row.revision = Revision{columns.Number()};
  row.last_operation = columns.Operation();
  row.retire_reason = columns.String();
  row.credentials_expiry = columns.Time();
  row.created_at = columns.Time();
  row.updated_at = columns.Time();
  row.state_since = columns.Time();
  row.activated_at = columns.Time();
  return row;
}

std::string_view InsertWorkerSql() {
  return "INSERT INTO worker (worker_id, pod_uid, image, state, org, owner_cp, owner_epoch, "
         "revision, operation_boot, operation_sequence, retire_reason, credentials_expiry, "
         "created_at, updated_at, state_since, activated_at) "
         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
}

void BindInsert(Query& query, const WorkerRow& row) {
  query.Bind(row.worker_id);
  query.Bind(row.pod_uid);
  query.Bind(row.image);
  query.Bind(StateName(row.state));
  query.Bind(row.org);
  query.Bind(row.owner_cp);
  query.Bind(row.owner_epoch);
  query.Bind(row.revision);
  query.Bind(row.last_operation);
  query.Bind(std::string_view(row.retire_reason));
  query.Bind(row.credentials_expiry);
  query.Bind(row.created_at);
  query.Bind(row.updated_at);
  query.Bind(row.state_since);
  query.Bind(row.activated_at);
}

std::string UpdateWorkerSql(const TransitionRule& rule) {
  std::vector<std::string> sets;
  for (const Changed& column : ChangedBy(rule)) {
    sets.push_back(absl::StrCat(std::string(column.name), " = ?"));
  }
  return absl::StrCat("UPDATE worker SET ", absl::StrJoin(sets, ", "), " WHERE worker_id = ?");
}

void BindUpdate(Query& query, const TransitionRule& rule, const WorkerRow& row) {
  for (const Changed& column : ChangedBy(rule)) column.bind(query, row);
  query.Bind(row.worker_id);
}

ControlPlaneRow ReadControlPlane(const Query& query) {
  Columns columns(query);
  ControlPlaneRow row;
  row.cp_id = CpId(columns.String());
  row.boot_id = BootId{static_cast<std::uint64_t>(columns.Number())};
  row.state = ParseName(columns.Text(), {CpState::kActive, CpState::kDraining, CpState::kExpired},
                        CpStateName);
  row.expiry_cause = ParseName(columns.Text(),
                               {ExpiryCause::kNone, ExpiryCause::kMissedHeartbeat,
                                ExpiryCause::kOverdueDrain, ExpiryCause::kDeregistered},
                               ExpiryCauseName);
  row.heartbeat_at = columns.Time();
  row.draining_since = columns.Time();
  row.expired_at = columns.Time();
  return row;
}

void BindPut(Query& query, const ControlPlaneRow& row) {
  query.Bind(row.cp_id);
  query.Bind(row.boot_id);
  query.Bind(CpStateName(row.state));
  query.Bind(ExpiryCauseName(row.expiry_cause));
  query.Bind(row.heartbeat_at);
  query.Bind(row.draining_since);
  query.Bind(row.expired_at);
}

SessionRow ReadSession(const Query& query) {
  Columns columns(query);
  SessionRow row;
  row.id.org = Org(columns.String());
  row.id.token = SessionToken(columns.String());
  row.holder = columns.Operation();
  row.worker_id = WorkerId{columns.Number()};
  row.epoch = Epoch{columns.Number()};
  row.state = ParseName(columns.Text(),
                        {SessionState::kActive, SessionState::kReconnecting, SessionState::kExpired,
                         SessionState::kClosed},
                        SessionStateName);
  row.expires_at = columns.Time();
  return row;
}

void BindPut(Query& query, const SessionRow& row) {
  query.Bind(row.id.org);
  query.Bind(row.id.token);
  query.Bind(row.holder);
  query.Bind(row.worker_id);
  query.Bind(row.epoch);
  query.Bind(SessionStateName(row.state));
  query.Bind(row.expires_at);
}

}  // namespace fencepost::sqlite
