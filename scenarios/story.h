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
using sim::Probe;
using sim::Setup;
using sim::Story;
using sim::TaskId;
using sim::Told;

// The operations and outcomes that probes name: Landed(kTakeOver), Told(kFenceMissSession).
using enum Operation;
using enum TransitionOutcome;

inline Image StandardImage() { return Image(std::string(sim::kStandardImage)); }

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
