// A client that was told that it is served, is: it has a live session of its own, held by itself
// alone, on a hot worker of its org.
//
// The property keeps its own account of sessions and workers from what the store did, and of
// clients from what they were told and what they said. A client is connected from the moment when
// it hears that it is served until it leaves, hears that it is served no longer, or loses its
// control plane. A worker whose pod died or that an operator ended excuses what becomes of its
// client, and so does a store whose clock has jumped: a session that the store expires although it
// was renewed in time. A control plane that a fault has hit, or that was paused, is not judged,
// nor what becomes of the clients of one whose loops do not run.
#pragma once

#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class ClientTruth : public Property {
 public:
  ClientTruth()
      : Property(
            "client-truth",
            "A client that was told that it is served has a live session of its own on a hot "
            "worker of its org, alone, until it leaves or hears that it is served no longer.") {}

  void Reset() override;
  void On(const Event& event) override;
  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }

 private:
  struct Worker {
    Org org;
    WorkerState state = WorkerState::kSpawning;
    PodUid pod;
    bool excused = false;  // its pod has died or fallen ill, or an operator has ordered its end
  };
  struct Client {
    CpId cp;
    SessionHandle session;
    WorkerId worker{};
  };
  struct Session {
    SessionRow row;
    absl::btree_set<OperationId> held_by;  // so far
    absl::Time renewed;                    // by the clock that all senders share
    bool expired_early = false;            // although it was renewed in time
  };
  struct Finding {
    CpId cp;
    std::string what;
    bool needs_loops;  // only loops could have kept it from happening
  };

  void OnServed(const ClientServed& served);
  void OnSession(const SessionRow& session, absl::Time at);
  void Disconnect(const CpId& cp, const SessionHandle& session);
  // What is wrong with the client's place; empty when it is served.
  std::string WrongWith(const Client& client);
  bool ExpiredEarly(const SessionId& session) const;
  // The session has gone on to another connection, of which this one's control plane may not know
  // yet.
  bool IsOvertaken(const SessionHandle& session) const;
  void Found(const Client& client, const std::string& what, bool needs_loops);

  WorkerTable<Worker> workers_;
  absl::btree_map<SessionId, Session> sessions_;
  std::vector<Client> clients_;  // connected, in the order in which they came
  std::vector<Finding> findings_;
  absl::btree_set<CpId> not_judged_;
  absl::btree_set<CpId> with_loops_;
  absl::btree_set<CpId> ended_;
};

}  // namespace fencepost::properties
