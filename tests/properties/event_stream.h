// Makes small streams of events about one or more workers and hands them to a property.
#pragma once

#include <functional>
#include <string>

#include "core/events/event.h"
#include "core/rules/request.h"
#include "properties/property.h"

namespace fencepost::properties {

// What a test may do to the request or to the row after a commit, to break the rules.
using MutateRequest = std::function<void(TransitionRequest&)>;
using MutateRow = std::function<void(WorkerRow&)>;

class EventStream {
 public:
  explicit EventStream(Property& property) : property_(property) {}

  // A new row for `org` (empty: a warm slot), owned by cp-1.
  WorkerRow Create(int worker, const std::string& org = "org-a") {
    WorkerRow row;
    row.worker_id = WorkerId{worker};
    row.pod_name = PodNameOf(row.worker_id);
    row.image = Image("image-1");
    row.org = Org(org);
    row.owner_cp = CpId("cp-1");
    row.owner_epoch = Epoch{1};
    row.revision = Revision{1};
    row.last_operation = NextId();
    const Operation operation =
        org.empty() ? Operation::kCreateWarmSlot : Operation::kCreateOrgSlot;
    Send(RowCommitted{operation, row.last_operation, nullptr, nullptr, row, {}});
    return row;
  }

  // A correct request for `operation` on the row as it is.
  TransitionRequest Request(Operation operation, const WorkerRow& row) {
    TransitionRequest request;
    request.operation = operation;
    request.id = NextId();
    request.worker = row.worker_id;
    request.believed_owner = row.owner_cp;
    request.believed_epoch = row.owner_epoch;
    request.believed_state = row.state;
    request.believed_revision = row.revision;
    request.guards = RuleOf(operation).guards;
    request.target = OnlyTarget(RuleOf(operation));
    if (operation == Operation::kRetireFromSnapshot) request.target = WorkerState::kRetired;
    request.new_owner = CpId("cp-2");
    request.pod_uid = PodUid("uid-" + std::to_string(Number(row.worker_id)));
    request.reason = "test";
    return request;
  }

  // Commits `operation` on `row` as the table says, then lets the test falsify it.
  TransitionRequest Commit(Operation operation, WorkerRow& row, const MutateRequest& request_change,
                           const MutateRow& row_change = {}) {
    TransitionRequest request = Request(operation, row);
    const WorkerRow before = row;
    Apply(request, absl::FromUnixSeconds(++seconds_), row);
    if (request_change) request_change(request);
    if (row_change) row_change(row);
    Send(RowCommitted{operation, request.id, &request, &before, row, {}});
    return request;
  }
  TransitionRequest Commit(Operation operation, WorkerRow& row) {
    return Commit(operation, row, {}, {});
  }

  // The pod that the row's publication will name.
  void StartPod(const WorkerRow& row) {
    const PodUid uid("uid-" + std::to_string(Number(row.worker_id)));
    Send(PodStarted{row.worker_id, row.pod_name, uid, row.image});
  }
  // A control plane's row as it is from now on.
  void ControlPlane(const std::string& cp, CpState state,
                    absl::Time expired_at = absl::InfiniteFuture()) {
    ControlPlaneRow row;
    row.cp_id = CpId(cp);
    row.state = state;
    row.expired_at = expired_at;
    Send(ControlPlaneChanged{row, std::nullopt});
  }
  // The worker's session, as it is now.
  void Session(const WorkerRow& row, SessionState state,
               absl::Time expires_at = absl::InfiniteFuture()) {
    SessionRow session;
    session.id.token = SessionToken("session-1");
    session.worker_id = row.worker_id;
    session.state = state;
    session.expires_at = expires_at;
    Send(SessionChanged{session, std::nullopt});
  }

  // The worker takes a call; "activate" names the row's org.
  void Accept(const WorkerRow& row, std::string_view call = "activate") {
    Send(WorkerAccepted{row.worker_id, row.pod_uid, call, row.owner_epoch,
                        call == "activate" ? &row.org : nullptr});
  }
  void Told(const TransitionRequest& request, TransitionOutcome outcome) {
    Send(TransitionTold{request, outcome, nullptr});
  }
  void Refused(const TransitionRequest& request, TransitionOutcome outcome, const WorkerRow* row) {
    Send(RowRefused{request, outcome, row, {}});
  }
  // A deletion whose fence names the pod that the row has.
  void DeletePod(const WorkerRow& row, const std::string& uid) {
    DeletePod(row, uid, row.pod_uid.text());
  }
  void DeletePod(const WorkerRow& row, const std::string& uid, const std::string& named) {
    EndPod(row, PodUid(uid), /*by_request=*/true, PodUid(named));
  }
  void PodDies(const WorkerRow& row, const std::string& uid) {
    EndPod(row, PodUid(uid), /*by_request=*/false, PodUid());
  }

  // The store's time of the last commit.
  absl::Time store_now() const { return absl::FromUnixSeconds(seconds_); }

  void Send(const EventBody& body) { SendFrom("test", body); }
  void SendFrom(std::string_view source, const EventBody& body) {
    property_.On(Event{.source = source, .activity = {}, .body = body, .at = now});
  }
  // When the next events happen; in the infinite past the stream has no clock.
  absl::Time now = absl::InfinitePast();
  OperationId NextId() { return {BootId{1}, ++sequence_}; }

 private:
  void EndPod(const WorkerRow& row, const PodUid& uid, bool by_request, const PodUid& named) {
    Send(PodDeleted{.worker = row.worker_id,
                    .name = row.pod_name,
                    .uid = uid,
                    .by_request = by_request,
                    .named_uid = named});
  }

  Property& property_;
  std::uint64_t sequence_ = 0;
  std::int64_t seconds_ = 1'700'000'000;
};

// Takes a new org slot to hot.
inline void MakeHot(EventStream& stream, WorkerRow& row) {
  stream.Commit(Operation::kPublishReserved, row);
  stream.Commit(Operation::kBeginActivation, row);
  stream.Accept(row);
  stream.Commit(Operation::kFinishActivation, row);
}

// The detail of the violation, or "" while the property holds.
inline std::string Detail(const Property& property) {
  return property.violation().has_value() ? property.violation()->detail : "";
}

}  // namespace fencepost::properties
