#include "models/conformance/decode_event.h"

#include <array>
#include <nlohmann/json.hpp>

#include "models/conformance/encode_event.h"
#include "models/conformance/json_fields.h"

namespace fencepost::models {
namespace {

using Json = nlohmann::ordered_json;

// A parser for the first `Count` values of an enumeration, by the names that `name_of` gives.
template <class Enum, std::size_t Count>
auto Named(std::string_view (*name_of)(Enum)) {
  return [name_of](std::string_view name) -> std::optional<Enum> {
    for (std::size_t i = 0; i < Count; ++i) {
      if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
  };
}

constexpr auto kParseId = [](const std::string& text) { return OperationId::Parse(text); };
constexpr auto kParseState = [](const std::string& text) { return ParseState(text); };
constexpr auto kParseOperation = [](const std::string& text) { return ParseOperation(text); };
constexpr auto kParseOutcome = [](const std::string& text) { return ParseOutcome(text); };
const auto kParseCpState = Named<CpState, 3>(CpStateName);
const auto kParseCause = Named<ExpiryCause, 4>(ExpiryCauseName);
const auto kParseSessionState = Named<SessionState, 4>(SessionStateName);

template <class Value, class Parse>
std::optional<Value> Optional(JsonFields& fields, const char* field, Parse parse) {
  if (fields.IsNull(field)) return std::nullopt;
  Value value{};
  fields.Read(field, value, parse);
  return value;
}

GuardSet Guards(JsonFields& fields) {
  GuardSet guards;
  for (const Json& name : fields.Array("guards")) {
    bool known = false;
    for (const auto& [guard, guard_name] : kGuardNames) {
      if (name != guard_name) continue;
      guards = guards.With(guard);
      known = true;
    }
    if (!known) fields.Wrong("guards", "has a guard that is not known");
  }
  return guards;
}

void ReadRow(JsonFields fields, WorkerRow& row) {
  fields.Read("worker", row.worker_id);
  fields.Read("pod_name", row.pod_name);
  fields.Read("pod_uid", row.pod_uid);
  fields.Read("image", row.image);
  fields.Read("state", row.state, kParseState);
  fields.Read("org", row.org);
  fields.Read("owner", row.owner_cp);
  fields.Read("epoch", row.owner_epoch);
  fields.Read("revision", row.revision);
  fields.Read("last_operation", row.last_operation, kParseId);
  row.retire_reason = fields.Text("retire_reason");
  row.credentials_expiry = fields.Time("credentials_expiry");
  row.created_at = fields.Time("created_at");
  row.updated_at = fields.Time("updated_at");
  row.state_since = fields.Time("state_since");
  row.activated_at = fields.Time("activated_at");
}

void ReadRequest(JsonFields fields, TransitionRequest& request) {
  fields.Read("operation", request.operation, kParseOperation);
  fields.Read("id", request.id, kParseId);
  fields.Read("worker", request.worker);
  fields.Read("believed_owner", request.believed_owner);
  fields.Read("believed_epoch", request.believed_epoch);
  fields.Read("believed_state", request.believed_state, kParseState);
  fields.Read("believed_revision", request.believed_revision);
  request.guards = Guards(fields);
  request.orphan_grace = fields.Duration("orphan_grace");
  request.target = Optional<WorkerState>(fields, "target", kParseState);
  fields.Read("new_owner", request.new_owner);
  fields.Read("pod_uid", request.pod_uid);
  request.credentials_expiry = fields.Time("credentials_expiry");
  request.reason = fields.Text("reason");
}

GuardFacts Facts(JsonFields& fields) {
  return {.owner_gone = fields.Flag("owner_gone"), .live_session = fields.Flag("live_session")};
}

const WorkerRow* OptionalRow(JsonFields& fields, const char* field, EventParts& parts) {
  if (fields.IsNull(field)) return nullptr;
  ReadRow(fields.Object(field), parts.before.emplace());
  return &*parts.before;
}

WorkerId Worker(JsonFields& fields) {
  WorkerId worker{};
  fields.Read("worker", worker);
  return worker;
}

Epoch EpochIn(JsonFields& fields, const char* field) {
  Epoch epoch{};
  fields.Read(field, epoch);
  return epoch;
}

// ---- Each event --------------------------------------------------------------------------------

void ReadRowCommitted(JsonFields& fields, EventParts& parts) {
  Operation operation{};
  OperationId id;
  fields.Read("operation", operation, kParseOperation);
  fields.Read("id", id, kParseId);
  const bool requested = !fields.IsNull("request");
  if (requested) ReadRequest(fields.Object("request"), parts.request);
  const WorkerRow* const before = OptionalRow(fields, "before", parts);
  ReadRow(fields.Object("after"), parts.after);
  parts.body.emplace(RowCommitted{operation, id, requested ? &parts.request : nullptr, before,
                                  parts.after, Facts(fields)});
}

void ReadRowRefused(JsonFields& fields, EventParts& parts) {
  TransitionOutcome outcome{};
  ReadRequest(fields.Object("request"), parts.request);
  fields.Read("outcome", outcome, kParseOutcome);
  const WorkerRow* const row = OptionalRow(fields, "row", parts);
  parts.body.emplace(RowRefused{parts.request, outcome, row, Facts(fields)});
}

void ReadControlPlaneChanged(JsonFields& fields, EventParts& parts) {
  ControlPlaneRow& row = parts.control_plane;
  fields.Read("cp", row.cp_id);
  row.boot_id = BootId{fields.Unsigned("boot")};
  const auto before = Optional<CpState>(fields, "before", kParseCpState);
  fields.Read("state", row.state, kParseCpState);
  fields.Read("expiry_cause", row.expiry_cause, kParseCause);
  row.heartbeat_at = fields.Time("heartbeat_at");
  row.draining_since = fields.Time("draining_since");
  row.expired_at = fields.Time("expired_at");
  parts.body.emplace(ControlPlaneChanged{row, before});
}

void ReadSessionChanged(JsonFields& fields, EventParts& parts) {
  SessionRow& session = parts.session;
  fields.Read("org", session.id.org);
  fields.Read("token", session.id.token);
  fields.Read("holder", session.holder, kParseId);
  fields.Read("worker", session.worker_id);
  fields.Read("epoch", session.epoch);
  const auto before = Optional<SessionState>(fields, "before", kParseSessionState);
  fields.Read("state", session.state, kParseSessionState);
  session.expires_at = fields.Time("expires_at");
  parts.body.emplace(SessionChanged{session, before});
}

void ReadPodStarted(JsonFields& fields, EventParts& parts) {
  fields.Read("name", parts.name);
  fields.Read("uid", parts.uid);
  fields.Read("image", parts.image);
  parts.body.emplace(PodStarted{Worker(fields), parts.name, parts.uid, parts.image});
}

void ReadPodDeleted(JsonFields& fields, EventParts& parts) {
  fields.Read("name", parts.name);
  fields.Read("uid", parts.uid);
  fields.Read("named_uid", parts.named_uid);
  parts.body.emplace(PodDeleted{.worker = Worker(fields),
                                .name = parts.name,
                                .uid = parts.uid,
                                .by_request = fields.Flag("by_request"),
                                .named_uid = parts.named_uid});
}

void ReadPodGone(JsonFields& fields, EventParts& parts) {
  fields.Read("uid", parts.uid);
  parts.body.emplace(PodGone{Worker(fields), parts.uid});
}

void ReadSecretCreated(JsonFields& fields, EventParts& parts) {
  parts.body.emplace(SecretCreated{Worker(fields)});
}

void ReadSecretDeleted(JsonFields& fields, EventParts& parts) {
  parts.body.emplace(SecretDeleted{Worker(fields)});
}

void ReadWorkerAccepted(JsonFields& fields, EventParts& parts) {
  fields.Read("uid", parts.uid);
  parts.call = fields.Text("call");
  if (!fields.IsNull("org")) fields.Read("org", parts.org.emplace());
  parts.body.emplace(WorkerAccepted{Worker(fields), parts.uid, parts.call, EpochIn(fields, "epoch"),
                                    parts.org ? &*parts.org : nullptr});
}

void ReadWorkerRefused(JsonFields& fields, EventParts& parts) {
  fields.Read("uid", parts.uid);
  parts.call = fields.Text("call");
  parts.body.emplace(WorkerRefused{Worker(fields), parts.uid, parts.call, EpochIn(fields, "epoch"),
                                   EpochIn(fields, "highest_seen")});
}

void ReadProcessStarted(JsonFields& fields, EventParts& parts) {
  fields.Read("cp", parts.cp);
  parts.body.emplace(ProcessStarted{parts.cp});
}

void ReadProcessEnded(JsonFields& fields, EventParts& parts) {
  fields.Read("cp", parts.cp);
  parts.body.emplace(ProcessEnded{parts.cp, fields.Flag("crashed")});
}

void ReadProcessPaused(JsonFields& fields, EventParts& parts) {
  fields.Read("cp", parts.cp);
  parts.body.emplace(ProcessPaused{parts.cp, fields.Flag("paused")});
}

void ReadWorkerHealthChanged(JsonFields& fields, EventParts& parts) {
  fields.Read("uid", parts.uid);
  parts.body.emplace(WorkerHealthChanged{Worker(fields), parts.uid, fields.Flag("healthy")});
}

void ReadEndOrdered(JsonFields& fields, EventParts& parts) {
  parts.body.emplace(EndOrdered{Worker(fields)});
}

void ReadControlPlaneRemoved(JsonFields& fields, EventParts& parts) {
  fields.Read("cp", parts.cp);
  parts.body.emplace(ControlPlaneRemoved{parts.cp});
}

struct Reader {
  std::string_view event;
  void (*read)(JsonFields& fields, EventParts& parts);
};
constexpr std::array<Reader, 17> kReaders = {{{"row_committed", ReadRowCommitted},
                                              {"row_refused", ReadRowRefused},
                                              {"control_plane_changed", ReadControlPlaneChanged},
                                              {"session_changed", ReadSessionChanged},
                                              {"pod_started", ReadPodStarted},
                                              {"pod_deleted", ReadPodDeleted},
                                              {"pod_gone", ReadPodGone},
                                              {"secret_created", ReadSecretCreated},
                                              {"secret_deleted", ReadSecretDeleted},
                                              {"worker_accepted", ReadWorkerAccepted},
                                              {"worker_refused", ReadWorkerRefused},
                                              {"process_started", ReadProcessStarted},
                                              {"process_ended", ReadProcessEnded},
                                              {"process_paused", ReadProcessPaused},
                                              {"worker_health_changed", ReadWorkerHealthChanged},
                                              {"end_ordered", ReadEndOrdered},
                                              {"control_plane_removed", ReadControlPlaneRemoved}}};

}  // namespace

absl::Status DecodeEvent(const Json& json, EventParts& parts) {
  std::string problem;
  JsonFields fields(json, problem);
  const std::string event = fields.Text("event");
  parts.source = fields.Text("source");
  parts.activity = fields.Text("activity");
  bool known = false;
  for (const Reader& reader : kReaders) {
    if (problem.empty() && reader.event == event) {
      reader.read(fields, parts);
      known = true;
    }
  }
  if (problem.empty() && !known) problem = "there is no event " + event;
  return problem.empty() ? absl::OkStatus() : absl::InvalidArgumentError(problem);
}

}  // namespace fencepost::models
