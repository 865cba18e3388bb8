#include "sim/world/timeline.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace fencepost::sim {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string WorkerColumn(WorkerId worker) { return absl::StrCat("worker ", Number(worker)); }
std::string PodColumn(WorkerId worker) { return absl::StrCat("pod ", Number(worker)); }
std::string ShortName(WorkerId worker) { return absl::StrCat("w", Number(worker)); }
std::string ShortEpoch(Epoch epoch) { return absl::StrCat("e", Number(epoch)); }

// The parts of a row that a reader needs to follow a race: state, owner's epoch, revision.
std::string RowText(const WorkerRow& row) {
  return absl::StrCat(View(StateName(row.state)), " ", ShortEpoch(row.owner_epoch), " r",
                      Number(row.revision));
}

// What the caller believes of the row: the part that the fence compares.
std::string BeliefText(const TransitionRequest& request) {
  switch (RuleOf(request.operation).fence) {
    case FenceKind::kLease:
    case FenceKind::kEpoch:
      return absl::StrCat(" ", ShortEpoch(request.believed_epoch));
    case FenceKind::kSnapshot:
      return absl::StrCat(" ", View(StateName(request.believed_state)), " r",
                          Number(request.believed_revision));
    case FenceKind::kCaps:
    case FenceKind::kRowLock:
      return "";
  }
  return "";
}

std::string ReplyText(const absl::StatusOr<ClaimReply>& reply) {
  if (!reply.ok()) return reply.status().ToString();
  return std::string(ClaimOutcomeName(reply->outcome));  // its lease is an event of its own
}

struct Line {
  std::string column;
  TimelineMark mark = TimelineMark::kStep;
  std::string text;
};

// What the core learned and did goes into its actor's column, what truly happened into the column
// of the thing that changed.
struct Describe {
  std::string actor;

  Line Told(std::string text) const { return {actor, TimelineMark::kStep, std::move(text)}; }
  static Line True(std::string column, std::string text) {
    return {std::move(column), TimelineMark::kTruth, std::move(text)};
  }
  static Line Fault(std::string column, std::string text) {
    return {std::move(column), TimelineMark::kFault, std::move(text)};
  }

  Line operator()(const TransitionAttempted& event) const {
    return Told(absl::StrCat(View(OperationName(event.request.operation)), " ",
                             ShortName(event.request.worker), BeliefText(event.request), " ..."));
  }
  Line operator()(const TransitionTold& event) const {
    return Told(absl::StrCat(View(OperationName(event.request.operation)), " ",
                             ShortName(event.request.worker), " -> ",
                             View(OutcomeName(event.outcome))));
  }
  Line operator()(const ClaimTold& event) const {
    return Told(absl::StrCat(View(OperationName(event.operation)), " -> ", ReplyText(event.reply)));
  }
  Line operator()(const LeaseMinted& event) const {
    return Told(absl::StrCat("holds lease ", ShortName(event.lease.worker()), " ",
                             ShortEpoch(event.lease.epoch())));
  }
  Line operator()(const FenceMinted& event) const {
    return Told(absl::StrCat("holds fence ", ShortName(event.fence.worker()), " (",
                             View(FenceOriginName(event.fence.origin())), ")"));
  }
  Line operator()(const PodDeletionAttempted& event) const {
    return Told(absl::StrCat("delete pod of ", ShortName(event.fence.worker()), " ..."));
  }
  Line operator()(const Noted& event) const {
    std::string text = absl::StrCat(ShortName(event.worker), " ", View(event.what));
    if (!event.why.ok()) absl::StrAppend(&text, ": ", event.why.message());
    return Told(std::move(text));
  }
  Line operator()(const RowCommitted& event) const {
    std::string text = absl::StrCat(View(OperationName(event.operation)), ": ");
    if (event.before != nullptr && event.before->state != event.after.state) {
      absl::StrAppend(&text, View(StateName(event.before->state)), " -> ");
    }
    absl::StrAppend(&text, RowText(event.after));
    const bool new_owner =
        event.before == nullptr || event.before->owner_cp != event.after.owner_cp;
    if (new_owner) absl::StrAppend(&text, " ", event.after.owner_cp.text());
    return True(WorkerColumn(event.after.worker_id), std::move(text));
  }
  Line operator()(const RowRefused& event) const {
    std::string text =
        absl::StrCat(View(OperationName(event.request.operation)), BeliefText(event.request),
                     " refused: ", View(OutcomeName(event.outcome)));
    if (event.row != nullptr) absl::StrAppend(&text, ", is ", RowText(*event.row));
    return True(WorkerColumn(event.request.worker), std::move(text));
  }
  Line operator()(const ControlPlaneChanged& event) const {
    const absl::string_view now = View(CpStateName(event.row.state));
    return True(event.row.cp_id.text(),
                event.before ? absl::StrCat("row: ", View(CpStateName(*event.before)), " -> ", now)
                             : absl::StrCat("row: ", now));
  }
  Line operator()(const SessionChanged& event) const {
    const absl::string_view now = View(SessionStateName(event.session.state));
    std::string text = absl::StrCat("session ", event.session.id.token.text(), ": ");
    if (event.before) absl::StrAppend(&text, View(SessionStateName(*event.before)), " -> ");
    return True(WorkerColumn(event.session.worker_id), absl::StrCat(text, now));
  }
  Line operator()(const PodStarted& event) const {
    return True(PodColumn(event.worker), absl::StrCat("starts, uid ", event.uid.text()));
  }
  Line operator()(const PodDeleted& event) const {
    return True(PodColumn(event.worker), event.by_request ? "deleted, dying" : "dies by itself");
  }
  Line operator()(const PodGone& event) const { return True(PodColumn(event.worker), "gone"); }
  Line operator()(const SecretCreated& event) const {
    return True(PodColumn(event.worker), "secret created");
  }
  Line operator()(const SecretDeleted& event) const {
    return True(PodColumn(event.worker), "secret deleted");
  }
  Line operator()(const WorkerAccepted& event) const {
    return True(PodColumn(event.worker),
                absl::StrCat("accepts ", View(event.call), " ", ShortEpoch(event.epoch)));
  }
  Line operator()(const WorkerRefused& event) const {
    return True(PodColumn(event.worker),
                absl::StrCat("refuses ", View(event.call), " ", ShortEpoch(event.epoch),
                             ", has seen ", ShortEpoch(event.highest_seen)));
  }
  Line operator()(const ProcessStarted& event) const {
    return True(event.cp.text(), "process starts");
  }
  Line operator()(const ProcessEnded& event) const {
    if (event.crashed) return Fault(event.cp.text(), "process crashes");
    return True(event.cp.text(), "process ends");
  }
  Line operator()(const LoopPassed& event) const {
    return Told(absl::StrCat("loop ", View(event.loop), " passes"));
  }
  Line operator()(const ClientAsked& event) const {
    return True(event.cp.text(), absl::StrCat("client ", event.token.text(), " of ",
                                              event.org.text(), " asks for a worker"));
  }
  Line operator()(const ClientAnswered& event) const {
    return True(event.cp.text(), absl::StrCat("client ", event.token.text(), " is told ",
                                              absl::StatusCodeToString(event.code)));
  }
  Line operator()(const ClientServed& event) const {
    return True(event.cp.text(), absl::StrCat("client ", event.session.id.token.text(),
                                              " is served by w", Number(event.worker)));
  }
  Line operator()(const ClientLeft& event) const {
    return True(event.cp.text(), absl::StrCat("client ", event.session.id.token.text(),
                                              event.closes ? " leaves" : " disconnects"));
  }
  Line operator()(const ClientDropped& event) const {
    return True(event.cp.text(), absl::StrCat("client ", event.session.id.token.text(),
                                              " hears that it is served no longer"));
  }
  Line operator()(const ProcessPaused& event) const {
    return Fault(event.cp.text(), event.paused ? "process is paused" : "process wakes up");
  }
  Line operator()(const WorkerHealthChanged& event) const {
    return True(PodColumn(event.worker), event.healthy ? "recovers" : "falls ill");
  }
  Line operator()(const CredentialsRefused& event) const {
    return True("world", absl::StrCat("credentials of ", event.org.text(), " are refused"));
  }
  Line operator()(const EndOrdered& event) const {
    return True(WorkerColumn(event.worker), "an operator orders its end");
  }
  Line operator()(const ControlPlaneRemoved& event) const {
    return True(event.cp.text(), "an operator removes its row");
  }
};

// The janitor of a control plane is an actor of its own: it acts on the workers of every owner.
std::string ActorOf(const Event& event) {
  if (event.activity == "janitor") return absl::StrCat("janitor ", View(event.source));
  return std::string(event.source);
}

}  // namespace

void TimelineRecorder::On(const Event& event) {
  if (std::holds_alternative<LoopPassed>(event.body))
    return;  // there are thousands, and they change nothing
  Line line = std::visit(Describe{ActorOf(event)}, event.body);
  Add(line.column, line.mark, std::move(line.text));
}

void TimelineRecorder::Add(std::string_view column, TimelineMark mark, std::string text) {
  if (broken_) return;
  broken_ = mark == TimelineMark::kBroken;
  timeline_.push_back({now_, std::string(column), mark, std::move(text)});
}

void TimelineRecorder::AddFault(std::string_view column, std::string text) {
  Add(column, TimelineMark::kFault, std::move(text));
}

void TimelineRecorder::AddBroken(std::string text) {
  Add("", TimelineMark::kBroken, std::move(text));
}

}  // namespace fencepost::sim
