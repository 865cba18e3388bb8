// A client of the simulated cluster: comes, works, leaves, loses its control plane and comes back.
//
// What it does next is the strategy's choice. It talks to control planes as a program over a
// network would: a request to a control plane that dies is never answered.
#pragma once

#include <string>

#include "core/plane/worker_pool.h"
#include "core/rules/ids.h"
#include "sim/world/probes.h"
#include "sim/world/story.h"

namespace fencepost::sim {

class Client {
 public:
  // What clients go through.
  static constexpr Probe kServed{"a client was served"};
  static constexpr Probe kRefused{"a client was refused or gave up"};
  static constexpr Probe kWaitedInVain{"a control plane died while a client waited for it"};
  static constexpr Probe kLostItsControlPlane{"a client lost its control plane"};
  static constexpr Probe kCameBack{"a client came back to its worker"};
  static constexpr Probe kLostItsSession{"a client lost its session"};

  // Its tokens are "NAME-1", "NAME-2", …
  Client(Story& story, std::string name, std::string_view org,
         std::string_view image = kStandardImage);

  // Visits the cluster `visits` times in a row; the client or a fault ends each visit.
  void Visit(int visits);

 private:
  struct Place {
    ControlPlaneProcess* process = nullptr;  // null: no control plane serves the client
    SessionToken token;
  };

  ControlPlaneProcess* PickControlPlane();
  bool Begin(Place& place);
  // Works for a while; false when the session was lost for good.
  bool Work(Place& place);
  bool ComeBack(Place& place);
  void Leave(const Place& place);

  Story& story_;
  const std::string name_;
  const Org org_;
  const Image image_;
  int visits_ = 0;
};

// Starts an actor that is a client of `org` and visits the cluster `visits` times.
TaskId StartClient(Story& story, std::string name, std::string_view org, int visits);

}  // namespace fencepost::sim
