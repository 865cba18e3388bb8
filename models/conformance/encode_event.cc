#include "models/conformance/encode_event.h"

#include <nlohmann/json.hpp>

namespace fencepost::models {
namespace {

using Json = nlohmann::ordered_json;

Json Micros(absl::Time time) {
  if (time == absl::InfinitePast()) return kInfinitePast;
  if (time == absl::InfiniteFuture()) return kInfiniteFuture;
  return absl::ToUnixMicros(time);
}

Json Micros(absl::Duration duration) {
  if (duration == absl::InfiniteDuration()) return kInfiniteFuture;
  return absl::ToInt64Microseconds(duration);
}

Json Names(GuardSet guards) {
  Json names = Json::array();
  for (const auto& [guard, name] : kGuardNames) {
    if (guards.Has(guard)) names.push_back(name);
  }
  return names;
}

Json Row(const WorkerRow& row) {
  return {{"worker", Number(row.worker_id)},
          {"pod_name", row.pod_name.text()},
          {"pod_uid", row.pod_uid.text()},
          {"image", row.image.text()},
          {"state", StateName(row.state)},
          {"org", row.org.text()},
          {"owner", row.owner_cp.text()},
          {"epoch", Number(row.owner_epoch)},
          {"revision", Number(row.revision)},
          {"last_operation", row.last_operation.ToString()},
          {"retire_reason", row.retire_reason},
          {"credentials_expiry", Micros(row.credentials_expiry)},
          {"created_at", Micros(row.created_at)},
          {"updated_at", Micros(row.updated_at)},
          {"state_since", Micros(row.state_since)},
          {"activated_at", Micros(row.activated_at)}};
}

Json Request(const TransitionRequest& request) {
  return {{"operation", OperationName(request.operation)},
          {"id", request.id.ToString()},
          {"worker", Number(request.worker)},
          {"believed_owner", request.believed_owner.text()},
          {"believed_epoch", Number(request.believed_epoch)},
          {"believed_state", StateName(request.believed_state)},
          {"believed_revision", Number(request.believed_revision)},
          {"guards", Names(request.guards)},
          {"orphan_grace", Micros(request.orphan_grace)},
          {"target", request.target ? Json(StateName(*request.target)) : Json()},
          {"new_owner", request.new_owner.text()},
          {"pod_uid", request.pod_uid.text()},
          {"credentials_expiry", Micros(request.credentials_expiry)},
          {"reason", request.reason}};
}

void AddFacts(const GuardFacts& facts, Json& json) {
  json["owner_gone"] = facts.owner_gone;
  json["live_session"] = facts.live_session;
}

// Adds the fields of the event; false if the event is not logged.
struct Encoder {
  Json& json;

  template <class Told>
  bool operator()(const Told&) const {
    return false;
  }
  bool operator()(const RowCommitted& commit) const {
    json["operation"] = OperationName(commit.operation);
    json["id"] = commit.id.ToString();
    json["request"] = commit.request == nullptr ? Json() : Request(*commit.request);
    json["before"] = commit.before == nullptr ? Json() : Row(*commit.before);
    json["after"] = Row(commit.after);
    AddFacts(commit.facts, json);
    return true;
  }
  bool operator()(const RowRefused& refused) const {
    json["request"] = Request(refused.request);
    json["outcome"] = OutcomeName(refused.outcome);
    json["row"] = refused.row == nullptr ? Json() : Row(*refused.row);
    AddFacts(refused.facts, json);
    return true;
  }
  bool operator()(const ControlPlaneChanged& changed) const {
    const ControlPlaneRow& row = changed.row;
    json["cp"] = row.cp_id.text();
    json["boot"] = Number(row.boot_id);
    json["before"] = changed.before ? Json(CpStateName(*changed.before)) : Json();
    json["state"] = CpStateName(row.state);
    json["expiry_cause"] = ExpiryCauseName(row.expiry_cause);
    json["heartbeat_at"] = Micros(row.heartbeat_at);
    json["draining_since"] = Micros(row.draining_since);
    json["expired_at"] = Micros(row.expired_at);
    return true;
  }
  bool operator()(const SessionChanged& changed) const {
    const SessionRow& session = changed.session;
    json["org"] = session.id.org.text();
    json["token"] = session.id.token.text();
    json["holder"] = session.holder.ToString();
    json["worker"] = Number(session.worker_id);
    json["epoch"] = Number(session.epoch);
    json["before"] = changed.before ? Json(SessionStateName(*changed.before)) : Json();
    json["state"] = SessionStateName(session.state);
    json["expires_at"] = Micros(session.expires_at);
    return true;
  }
  bool operator()(const PodStarted& started) const {
    json["worker"] = Number(started.worker);
    json["name"] = started.name.text();
    json["uid"] = started.uid.text();
    json["image"] = started.image.text();
    return true;
  }
  bool operator()(const PodDeleted& deleted) const {
    json["worker"] = Number(deleted.worker);
    json["name"] = deleted.name.text();
    json["uid"] = deleted.uid.text();
    json["by_request"] = deleted.by_request;
    json["named_uid"] = deleted.named_uid.text();
    return true;
  }
  bool operator()(const PodGone& gone) const {
    json["worker"] = Number(gone.worker);
    json["uid"] = gone.uid.text();
    return true;
  }
  bool operator()(const SecretCreated& created) const {
    json["worker"] = Number(created.worker);
    return true;
  }
  bool operator()(const SecretDeleted& deleted) const {
    json["worker"] = Number(deleted.worker);
    return true;
  }
  bool operator()(const WorkerAccepted& accepted) const {
    json["worker"] = Number(accepted.worker);
    json["uid"] = accepted.uid.text();
    json["call"] = accepted.call;
    json["epoch"] = Number(accepted.epoch);
    json["org"] = accepted.org == nullptr ? Json() : Json(accepted.org->text());
    return true;
  }
  bool operator()(const WorkerRefused& refused) const {
    json["worker"] = Number(refused.worker);
    json["uid"] = refused.uid.text();
    json["call"] = refused.call;
    json["epoch"] = Number(refused.epoch);
    json["highest_seen"] = Number(refused.highest_seen);
    return true;
  }
  bool operator()(const ProcessStarted& started) const {
    json["cp"] = started.cp.text();
    return true;
  }
  bool operator()(const ProcessEnded& ended) const {
    json["cp"] = ended.cp.text();
    json["crashed"] = ended.crashed;
    return true;
  }
  bool operator()(const ProcessPaused& paused) const {
    json["cp"] = paused.cp.text();
    json["paused"] = paused.paused;
    return true;
  }
  bool operator()(const WorkerHealthChanged& changed) const {
    json["worker"] = Number(changed.worker);
    json["uid"] = changed.uid.text();
    json["healthy"] = changed.healthy;
    return true;
  }
  bool operator()(const EndOrdered& ordered) const {
    json["worker"] = Number(ordered.worker);
    return true;
  }
  bool operator()(const ControlPlaneRemoved& removed) const {
    json["cp"] = removed.cp.text();
    return true;
  }
};

}  // namespace

std::optional<Json> EncodeEvent(const Event& event) {
  Json json{
      {"event", EventName(event.body)}, {"source", event.source}, {"activity", event.activity}};
  if (!std::visit(Encoder{json}, event.body)) return std::nullopt;
  return json;
}

}  // namespace fencepost::models
