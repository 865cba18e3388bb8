#include "sim/world/event_hash.h"

#include <variant>

#include "sim/world/event_hub.h"

namespace fencepost::sim {

void ContentHash::Add(const WorkerRow& row) {
  Add(Number(row.worker_id));
  Add(static_cast<std::uint64_t>(row.state));
  Add(Number(row.owner_epoch));
  Add(Number(row.revision));
  Add(row.last_operation.sequence);
  Add(Number(row.last_operation.boot));
  Add(std::string_view(row.org.text()));
  Add(std::string_view(row.owner_cp.text()));
  Add(std::string_view(row.pod_uid.text()));
  Add(std::string_view(row.image.text()));
  Add(std::string_view(row.retire_reason));
  Add(row.credentials_expiry);
  Add(row.state_since);
}

namespace {

struct Hasher {
  ContentHash& hash;

  void Lease(const WorkerLease& lease) const {
    hash.Add(Number(lease.worker()));
    hash.Add(std::string_view(lease.owner().text()));
    hash.Add(Number(lease.epoch()));
  }
  void Request(const TransitionRequest& request) const {
    hash.Add(static_cast<std::uint64_t>(request.operation));
    hash.Add(request.id.sequence);
    hash.Add(Number(request.id.boot));
    hash.Add(Number(request.worker));
    hash.Add(Number(request.believed_epoch));
    hash.Add(Number(request.believed_revision));
  }
  void MaybeRow(const WorkerRow* row) const {
    if (row != nullptr) hash.Add(*row);
  }
  void ThisFence(const Fence& fence) const {
    hash.Add(Number(fence.worker()));
    hash.Add(std::string_view(fence.pod_uid().text()));
    hash.Add(static_cast<std::uint64_t>(fence.origin()));
  }

  void operator()(const TransitionAttempted& event) const { Request(event.request); }
  void operator()(const TransitionTold& event) const {
    Request(event.request);
    hash.Add(static_cast<std::uint64_t>(event.outcome));
    MaybeRow(event.row);
  }
  void operator()(const ClaimTold& event) const {
    hash.Add(static_cast<std::uint64_t>(event.operation));
    hash.Add(event.id.sequence);
    hash.Add(static_cast<std::uint64_t>(event.reply.status().code()));
    if (!event.reply.ok()) return;
    hash.Add(static_cast<std::uint64_t>(event.reply->outcome));
    if (event.reply->row.has_value()) hash.Add(event.reply->row->row());
  }
  void operator()(const LeaseMinted& event) const { Lease(event.lease); }
  void operator()(const FenceMinted& event) const { ThisFence(event.fence); }
  void operator()(const PodDeletionAttempted& event) const { ThisFence(event.fence); }
  void operator()(const Noted& event) const {
    hash.Add(Number(event.worker));
    hash.Add(event.what);
    hash.Add(static_cast<std::uint64_t>(event.why.code()));
  }
  void operator()(const RowCommitted& event) const {
    hash.Add(static_cast<std::uint64_t>(event.operation));
    MaybeRow(event.before);
    hash.Add(event.after);
  }
  void operator()(const RowRefused& event) const {
    Request(event.request);
    hash.Add(static_cast<std::uint64_t>(event.outcome));
    MaybeRow(event.row);
  }
  void operator()(const ControlPlaneChanged& event) const {
    hash.Add(std::string_view(event.row.cp_id.text()));
    hash.Add(static_cast<std::uint64_t>(event.row.state));
    hash.Add(static_cast<std::uint64_t>(event.row.expiry_cause));
  }
  void operator()(const SessionChanged& event) const {
    hash.Add(std::string_view(event.session.id.token.text()));
    hash.Add(Number(event.session.worker_id));
    hash.Add(static_cast<std::uint64_t>(event.session.state));
    hash.Add(Number(event.session.epoch));
  }
  void operator()(const PodStarted& event) const {
    hash.Add(Number(event.worker));
    hash.Add(std::string_view(event.uid.text()));
  }
  void operator()(const PodDeleted& event) const {
    hash.Add(Number(event.worker));
    hash.Add(std::string_view(event.uid.text()));
    hash.Add(static_cast<std::uint64_t>(event.by_request));
  }
  void operator()(const PodGone& event) const {
    hash.Add(Number(event.worker));
    hash.Add(std::string_view(event.uid.text()));
  }
  void operator()(const SecretCreated& event) const { hash.Add(Number(event.worker)); }
  void operator()(const SecretDeleted& event) const { hash.Add(Number(event.worker)); }
  void operator()(const WorkerAccepted& event) const {
    hash.Add(Number(event.worker));
    hash.Add(event.call);
    hash.Add(Number(event.epoch));
  }
  void operator()(const WorkerRefused& event) const {
    hash.Add(Number(event.worker));
    hash.Add(event.call);
    hash.Add(Number(event.epoch));
    hash.Add(Number(event.highest_seen));
  }
  void operator()(const ProcessStarted& event) const {
    hash.Add(std::string_view(event.cp.text()));
  }
  void operator()(const ProcessEnded& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(static_cast<std::uint64_t>(event.crashed));
  }
  void operator()(const ProcessPaused& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(static_cast<std::uint64_t>(event.paused));
  }
  void operator()(const LoopPassed& event) const { hash.Add(event.loop); }
  void operator()(const ClientAsked& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(std::string_view(event.token.text()));
  }
  void operator()(const ClientAnswered& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(std::string_view(event.token.text()));
    hash.Add(static_cast<std::uint64_t>(event.code));
  }
  void operator()(const ClientServed& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(std::string_view(event.session.id.token.text()));
    hash.Add(Number(event.worker));
  }
  void operator()(const ClientLeft& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(std::string_view(event.session.id.token.text()));
    hash.Add(static_cast<std::uint64_t>(event.closes));
  }
  void operator()(const ClientDropped& event) const {
    hash.Add(std::string_view(event.cp.text()));
    hash.Add(std::string_view(event.session.id.token.text()));
  }
  void operator()(const WorkerHealthChanged& event) const {
    hash.Add(Number(event.worker));
    hash.Add(static_cast<std::uint64_t>(event.healthy));
  }
  void operator()(const CredentialsRefused& event) const {
    hash.Add(std::string_view(event.org.text()));
  }
  void operator()(const EndOrdered& event) const { hash.Add(Number(event.worker)); }
  void operator()(const ControlPlaneRemoved& event) const {
    hash.Add(std::string_view(event.cp.text()));
  }
};

}  // namespace

std::uint64_t EventHash(const Event& event) {
  ContentHash hash;
  hash.Add(static_cast<std::uint64_t>(event.body.index()));
  hash.Add(event.source);
  std::visit(Hasher{hash}, event.body);
  return hash.value();
}

}  // namespace fencepost::sim
