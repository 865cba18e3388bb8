#include "store_pg/transition_sql.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "store_pg/names_sql.h"
#include "store_pg/rows.h"

namespace fencepost::pg {
namespace {

using enum TransitionValue;

const char* TypeOf(TransitionValue value) {
  switch (value) {
    case kWorker:
    case kOperationBoot:
    case kOperationSequence:
    case kBelievedEpoch:
    case kBelievedRevision:
      return "bigint";
    case kOrphanGrace:
      return "interval";
    case kCredentialsExpiry:
      return "timestamptz";
    case kBelievedOwner:
    case kNewOwner:
    case kPodUid:
    case kReason:
      break;
  }
  return "text";
}

// Writes the text, and notes each value that it mentions as a parameter.
class Writer {
 public:
  explicit Writer(const TransitionShape& shape) : shape_(shape), rule_(RuleOf(shape.operation)) {}

  TransitionStatement Write() {
    const bool held = shape_.form == TransitionForm::kHeld;
    TransitionStatement written;
    written.statement.sql = held ? Held() : Fast();
    written.statement.name =
        absl::StrCat("transition_", std::string(rule_.name), "_to_",
                     shape_.target.has_value() ? std::string(StateName(*shape_.target)) : "same",
                     held ? "_held" : "", shape_.owner_gone ? "_owner_gone" : "",
                     shape_.no_live_session ? "_no_live_session" : "");
    written.values = std::move(values_);
    return written;
  }

 private:
  std::string Parameter(TransitionValue value) {
    auto place = std::find(values_.begin(), values_.end(), value);
    if (place == values_.end()) place = values_.insert(values_.end(), value);
    return absl::StrCat("$", place - values_.begin() + 1, "::", TypeOf(value));
  }

  std::string Fast() {
    const std::string worker = Parameter(kWorker);
    return absl::StrCat(                                                       //
        "WITH moment AS MATERIALIZED (SELECT fencepost.now() AS now), ",       //
        "moved AS (UPDATE fencepost.workers w SET ", Changes(),                //
        " WHERE w.worker_id = ", worker, " AND ", Fence("w."),                 //
        " RETURNING ", WorkerColumns("w."), ") ",                              //
        "SELECT true, ", WorkerColumns("m."), ", false, false FROM moved m ",  //
        "UNION ALL SELECT false, ", WorkerColumns("l."), ", false, false ",    //
        "FROM fencepost.look(", worker, ") l WHERE NOT EXISTS (SELECT FROM moved)");
  }

  std::string Held() {
    const std::string facts = "h.owner_gone, h.live_session, ";
    const std::string before = WorkerColumns("(h.seen).");
    const bool lapsed = shape_.no_live_session;
    return absl::StrCat(                                                                    //
        "WITH held AS MATERIALIZED (SELECT * FROM fencepost.hold(", Parameter(kWorker),     //
        ", ", shape_.owner_gone ? "true" : "false", ", ", Parameter(kOrphanGrace), ")), ",  //
        "moment AS MATERIALIZED (SELECT now FROM held), ",                                  //
        "moved AS (UPDATE fencepost.workers w SET ", Changes(),                             //
        " FROM held h WHERE w.worker_id = (h.seen).worker_id AND ", Fence("(h.seen)."),     //
        shape_.owner_gone ? " AND h.owner_gone" : "",                                       //
        shape_.no_live_session ? " AND NOT h.live_session" : "",                            //
        " RETURNING ", WorkerColumns("w."), ") ",                                           //
        "SELECT true, ", WorkerColumns("m."), ", ", facts, before,                          //
        lapsed ? ", " + SessionChangeColumns("x.") : "",                                    //
        " FROM moved m CROSS JOIN held h ",                                                 //
        lapsed ? "LEFT JOIN LATERAL fencepost.expire_lapsed(m.worker_id, h.now) x ON true "
               : "",                                              //
        "UNION ALL SELECT false, ", before, ", ", facts, before,  //
        lapsed ? ", " + NoSessionChange() : "",                   //
        " FROM held h WHERE NOT EXISTS (SELECT FROM moved)");
  }

  // `row` is "w." or "(h.seen).": the row that the fence looks at.
  std::string Fence(const std::string& row) {
    std::vector<std::string> parts;
    parts.push_back(StateIsOneOf(row + "state", EligibleStates(rule_, shape_.target)));
    if (rule_.guards.Has(Guard::kOrgBoundIfIdle)) {
      parts.push_back(absl::StrCat("NOT (", row, "state = ", StateLiteral(WorkerState::kIdle),
                                   " AND ", row, "org = '')"));
    }
    if (rule_.guards.Has(Guard::kNeverActivated)) {
      parts.push_back(absl::StrCat(row, "activated_at = '-infinity'"));
    }
    // The operation must not take effect twice, nor, under a lease, after a later operation of the
    // same process.
    const bool lease = rule_.fence == FenceKind::kLease;
    parts.push_back(absl::StrCat("NOT (", row, "operation_boot = ", Parameter(kOperationBoot),
                                 " AND ", row, "operation_sequence ", lease ? ">= " : "= ",
                                 Parameter(kOperationSequence), ")"));
    if (lease) parts.push_back(absl::StrCat(row, "owner_cp = ", Parameter(kBelievedOwner)));
    if (lease || rule_.fence == FenceKind::kEpoch) {
      parts.push_back(absl::StrCat(row, "owner_epoch = ", Parameter(kBelievedEpoch)));
    }
    if (rule_.fence == FenceKind::kSnapshot) {
      parts.push_back(absl::StrCat(row, "revision = ", Parameter(kBelievedRevision)));
    }
    return absl::StrJoin(parts, " AND ");
  }

  // What core/rules/request.h's Apply does.
  std::string Changes() {
    const std::string now = "(SELECT now FROM moment)";
    std::vector<std::string> parts = {
        "revision = w.revision + 1", absl::StrCat("operation_boot = ", Parameter(kOperationBoot)),
        absl::StrCat("operation_sequence = ", Parameter(kOperationSequence)),
        absl::StrCat("updated_at = ", now)};
    if (shape_.target.has_value()) {
      const std::string target = StateLiteral(*shape_.target);
      parts.push_back(absl::StrCat("state = ", target));
      parts.push_back(absl::StrCat("state_since = CASE w.state WHEN ", target,
                                   " THEN w.state_since ELSE ", now, " END"));
    }
    const EffectSet& effects = rule_.effects;
    const auto set = [&](Effect effect, const std::string& change) {
      if (effects.Has(effect)) parts.push_back(change);
    };
    set(Effect::kRaiseEpoch, "owner_epoch = w.owner_epoch + 1");
    set(Effect::kRecordActivation, "activated_at = " + now);
    set(Effect::kClearOrg, "org = ''");
    const auto record = [&](Effect effect, const char* column, TransitionValue value) {
      if (effects.Has(effect)) parts.push_back(absl::StrCat(column, " = ", Parameter(value)));
    };
    record(Effect::kSetOwner, "owner_cp", kNewOwner);
    record(Effect::kRecordPodUid, "pod_uid", kPodUid);
    record(Effect::kRecordCredentials, "credentials_expiry", kCredentialsExpiry);
    record(Effect::kRecordReason, "retire_reason", kReason);
    return absl::StrJoin(parts, ", ");
  }

  const TransitionShape& shape_;
  const TransitionRule& rule_;
  std::vector<TransitionValue> values_;
};

}  // namespace

TransitionShape ShapeOf(const TransitionRequest& request, bool observed) {
  TransitionShape shape;
  shape.operation = request.operation;
  shape.target = request.target;
  shape.owner_gone = request.guards.Has(Guard::kOwnerGone);
  shape.no_live_session = request.guards.Has(Guard::kNoLiveSession);
  const bool held = observed || shape.owner_gone || shape.no_live_session;
  shape.form = held ? TransitionForm::kHeld : TransitionForm::kFast;
  return shape;
}

TransitionStatement WriteTransition(const TransitionShape& shape) { return Writer(shape).Write(); }

Parameters BindTransition(const TransitionStatement& statement, const TransitionRequest& request) {
  Parameters parameters;
  for (const TransitionValue value : statement.values) {
    switch (value) {
      case kWorker:
        parameters.Add(Number(request.worker));
        break;
      case kOperationBoot:
        parameters.Add(request.id.boot);
        break;
      case kOperationSequence:
        parameters.AddSequence(request.id);
        break;
      case kOrphanGrace:
        parameters.Add(request.orphan_grace);
        break;
      case kBelievedOwner:
        parameters.Add(request.believed_owner);
        break;
      case kBelievedEpoch:
        parameters.Add(Number(request.believed_epoch));
        break;
      case kBelievedRevision:
        parameters.Add(Number(request.believed_revision));
        break;
      case kNewOwner:
        parameters.Add(request.new_owner);
        break;
      case kPodUid:
        parameters.Add(request.pod_uid);
        break;
      case kCredentialsExpiry:
        parameters.Add(request.credentials_expiry);
        break;
      case kReason:
        parameters.Add(std::string_view(request.reason));
        break;
    }
  }
  return parameters;
}

}  // namespace fencepost::pg
