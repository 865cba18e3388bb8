// What every story uses, so that the file of a story is the story: a body that takes a Story, the
// constants of its own probes, and a function that returns the Scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/scenario.h"
#include "sim/world/client.h"
#include "sim/world/fault_probes.h"
#include "sim/world/lifecycle_probes.h"
#include "sim/world/story.h"

namespace fencepost::scenarios {

using sim::Actor;
using sim::CallFault;
using sim::Client;
using sim::Cluster;
using sim::ControlPlaneProcess;
using sim::FenceFrom;
using sim::Landed;
using sim::Met;
using sim::Probe;
using sim::Setup;
using sim::Story;
using sim::TaskId;
using sim::Told;

// The operations and outcomes that probes name: Landed(kTakeOver), Told(kFenceMissSession).
using enum Operation;
using enum TransitionOutcome;

// The probes, and that each of the faults has been met.
inline std::vector<Probe> WithMet(const std::vector<CallFault>& faults, std::vector<Probe> probes) {
  for (const CallFault fault : faults) probes.push_back(Met(fault));
  return probes;
}

inline Image StandardImage() { return Image(std::string(sim::kStandardImage)); }

// Hot workers of `owner` in set-up, each with a client's session: worker i serves "org-i" in
// "session-i", from 1 on. REQUIRES: the owner's loops do not run yet.
inline std::vector<WorkerId> ServingWorkers(Story& story, ControlPlaneProcess& owner,
                                            std::int64_t count) {
  std::vector<sim::HotWorkerSpec> specs;
  for (std::int64_t i = 1; i <= count; ++i) {
    specs.push_back({.owner = &owner, .org = "org-" + std::to_string(i)});
  }
  const std::vector<WorkerId> workers = story.setup().HotWorkers(specs);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    story.setup().ConnectClient(owner, workers[i],
                                SessionToken("session-" + std::to_string(i + 1)));
  }
  return workers;
}

// A client of "org-a" asks `cp` for a worker and leaves as soon as it is served.
inline void Visit(Story& story, ControlPlaneProcess& cp, std::string_view token) {
  if (!cp.Acquire("org-a", token)) return;
  story.Sometimes(Client::kServed);
  cp.Release(SessionToken(std::string(token)));
}

// Starts a client of "org-a" for each name; each visits the cluster `visits` times.
inline std::vector<TaskId> StartClients(Story& story, const std::vector<std::string>& names,
                                        int visits) {
  std::vector<TaskId> clients;
  for (const std::string& name : names) {
    clients.push_back(StartClient(story, name, "org-a", visits));
  }
  return clients;
}

// The same, and returns when the clients have made all their visits.
inline void AwaitClients(Story& story, const std::vector<std::string>& names, int visits) {
  const std::vector<TaskId> clients = StartClients(story, names, visits);
  story.Await(clients);
}

}  // namespace fencepost::scenarios
