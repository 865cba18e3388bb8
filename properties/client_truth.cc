#include "properties/client_truth.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void ClientTruth::Reset() {
  Property::Reset();
  workers_.Clear();
  sessions_.clear();
  clients_.clear();
  findings_.clear();
  not_judged_.clear();
  with_loops_.clear();
  ended_.clear();
}

void ClientTruth::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    Worker& worker = workers_[commit->after.worker_id];
    worker.org = commit->after.org;
    worker.state = commit->after.state;
    worker.pod = commit->after.pod_uid;
  } else if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    OnSession(changed->session, event.at);
  } else if (const auto* served = std::get_if<ClientServed>(&event.body)) {
    OnServed(*served);
  } else if (const auto* left = std::get_if<ClientLeft>(&event.body)) {
    Disconnect(left->cp, left->session);
  } else if (const auto* dropped = std::get_if<ClientDropped>(&event.body)) {
    Disconnect(dropped->cp, dropped->session);
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    if (!deleted->by_request) workers_[deleted->worker].excused = true;
  } else if (const auto* health = std::get_if<WorkerHealthChanged>(&event.body)) {
    if (!health->healthy) workers_[health->worker].excused = true;
  } else if (const auto* ordered = std::get_if<EndOrdered>(&event.body)) {
    workers_[ordered->worker].excused = true;
  } else if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) {
    std::erase_if(clients_, [&](const Client& client) { return client.cp == ended->cp; });
    ended_.insert(ended->cp);
  } else if (const auto* paused = std::get_if<ProcessPaused>(&event.body)) {
    not_judged_.insert(paused->cp);
  } else if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    not_judged_.insert(removed->cp);
  } else if (std::holds_alternative<LoopPassed>(event.body)) {
    with_loops_.insert(CpId(std::string(event.source)));
  }
}

void ClientTruth::Disconnect(const CpId& cp, const SessionHandle& session) {
  std::erase_if(clients_,
                [&](const Client& client) { return client.cp == cp && client.session == session; });
}

void ClientTruth::Found(const Client& client, const std::string& what, bool needs_loops) {
  const Worker* const worker = workers_.Find(client.worker);
  if (worker != nullptr && worker->excused) return;
  findings_.push_back(
      {client.cp,
       absl::StrCat("the client of session ", client.session.id.token.text(), " of ",
                    client.session.id.org.text(), " is served by ", client.cp.text(),
                    " with worker ", Number(client.worker), ", but ", what),
       needs_loops});
}

std::string ClientTruth::WrongWith(const Client& client) {
  const auto session = sessions_.find(client.session.id);
  if (session == sessions_.end()) return "the store has no such session";
  const SessionRow& row = session->second.row;
  if (row.state != SessionState::kActive) {
    return absl::StrCat("its session is ", std::string(SessionStateName(row.state)));
  }
  if (row.holder != client.session.holder) return "its session has another holder";
  if (row.worker_id != client.worker) return "its session is on another worker";
  const Worker* const worker = workers_.Find(client.worker);
  if (worker == nullptr || worker->state != WorkerState::kHot) return "the worker is not hot";
  if (worker->org != client.session.id.org) {
    return absl::StrCat("the worker serves ", worker->org.text());
  }
  return "";
}

bool ClientTruth::ExpiredEarly(const SessionId& session) const {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && found->second.expired_early;
}

bool ClientTruth::IsOvertaken(const SessionHandle& session) const {
  const auto found = sessions_.find(session.id);
  return found != sessions_.end() && found->second.row.holder != session.holder &&
         found->second.held_by.contains(session.holder);
}

void ClientTruth::OnServed(const ClientServed& served) {
  // The answer was on its way when the process ended: its client's connection is already broken.
  if (ended_.contains(served.cp)) return;
  const Client client{served.cp, served.session, served.worker};
  const bool excused = ExpiredEarly(client.session.id) || IsOvertaken(client.session);
  std::string wrong = excused ? "" : WrongWith(client);
  if (const Worker* const worker = workers_.Find(client.worker);
      wrong.empty() && worker->pod != served.pod_uid) {
    wrong = absl::StrCat("its pod is ", worker->pod.text(), " and not ", served.pod_uid.text());
  }
  if (!wrong.empty()) Found(client, wrong, false);
  for (const Client& other : clients_) {
    // One whose session is over, or is held by its client's next connection, may not have heard
    // yet.
    if (other.worker == client.worker && WrongWith(other).empty()) {
      Found(client,
            absl::StrCat("the client of session ", other.session.id.token.text(),
                         " is connected to it"),
            false);
    }
  }
  clients_.push_back(client);
}

// No session ends under a client that is connected, except by its own word.
void ClientTruth::OnSession(const SessionRow& session, absl::Time at) {
  Session& known = sessions_[session.id];
  known.row = session;
  known.held_by.insert(session.holder);
  if (session.state == SessionState::kActive) known.renewed = at;
  known.expired_early = session.state == SessionState::kExpired && config() != nullptr &&
                        at - known.renewed < config()->session_ttl;
  if (session.state == SessionState::kActive || known.expired_early) return;
  for (const Client& client : clients_) {
    if (client.session != SessionHandle{session.id, session.holder}) continue;
    Found(client,
          absl::StrCat("its session became ", std::string(SessionStateName(session.state)),
                       " although it has not left"),
          true);
  }
}

// Judged at rest because only then is it known which control planes a fault has hit.
void ClientTruth::AtRest(const RestView& rest) {
  for (const Client& client : clients_) {
    const std::string wrong = WrongWith(client);
    if (!wrong.empty()) Found(client, wrong + ", and nobody has told it", true);
  }
  for (const Finding& finding : findings_) {
    const bool judged = rest.IsUndisturbed(finding.cp) && !not_judged_.contains(finding.cp) &&
                        (!finding.needs_loops || with_loops_.contains(finding.cp));
    if (judged) Broken(finding.what);
  }
}

}  // namespace fencepost::properties
