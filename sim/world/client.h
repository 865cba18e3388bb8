// A client of the simulated cluster: comes, works, goes, loses its control plane and comes back.
//
// What it does next is the strategy's choice. It talks to control planes as a program over a
// network would: a request to one that dies is never answered.
#pragma once

#include <string>

#include "core/plane/worker_pool.h"
#include "core/rules/ids.h"
#include "sim/world/world.h"

namespace fencepost::sim {

class Client {
 public:
  // Its tokens are "NAME-1", "NAME-2", …
  Client(World& world, std::string name, std::string_view org,
         std::string_view image = World::kImage);

  // So many visits, one after the other, each of them ended by itself or by the world.
  void Visit(int visits);

 private:
  struct Place {
    ControlPlaneProcess* process = nullptr;  // null: nobody serves the client
    SessionToken token;
  };

  ControlPlaneProcess* PickControlPlane();
  bool Begin(Place& place);
  // Works for a while; false when the session was lost for good.
  bool Work(Place& place);
  bool ComeBack(Place& place);
  void Leave(const Place& place);

  World& world_;
  const std::string name_;
  const Org org_;
  const Image image_;
  int visits_ = 0;
};

}  // namespace fencepost::sim
