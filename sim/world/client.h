// A client of the simulated cluster: comes, works, leaves, loses its control plane and comes back.
//
// What it does next is the strategy's choice. It talks to control planes as a program over a
// network would: a request to a control plane that dies is never answered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/plane/control_plane.h"
#include "core/rules/ids.h"
#include "sim/world/probes.h"
#include "sim/world/story.h"

namespace fencepost::sim {

// How a client ends its visits.
enum class Manners : std::uint8_t {
  kPlain,  // it releases its worker, or disconnects
  kRough,  // besides: it comes back, vanishes without a word, does two things at once
};

class Client : public std::enable_shared_from_this<Client> {
 public:
  // What clients go through.
  static constexpr Probe kServed{"a client was served"};
  static constexpr Probe kRefused{"a client was refused or gave up"};
  static constexpr Probe kWaitedInVain{"a control plane died while a client waited for it"};
  static constexpr Probe kLostItsControlPlane{"a client lost its control plane"};
  static constexpr Probe kCameBack{"a client came back to its worker"};
  static constexpr Probe kLostItsSession{"a client lost its session"};
  // What rough ones do.
  static constexpr Probe kCameBackByItself{"a client left and came back to its worker"};
  static constexpr Probe kVanished{"a client vanished without a word"};
  static constexpr Probe kAtOnce{"a client did two things at once"};

  // Its tokens are "NAME-1", "NAME-2", … REQUIRES: a rough client is owned by a shared pointer,
  // since what it does at once may outlive its visit.
  Client(Story& story, std::string name, std::string_view org,
         std::string_view image = kStandardImage, Manners manners = Manners::kPlain);

  // Visits the cluster `visits` times in a row; the client or a fault ends each visit.
  void Visit(int visits);

 private:
  struct Place {
    ControlPlaneProcess* process = nullptr;  // null: no control plane serves the client
    SessionHandle session;
  };

  ControlPlaneProcess* PickControlPlane();
  bool Begin(Place& place);
  // Works for a while; false when the session was lost for good.
  bool Work(Place& place);
  bool ComeBack(Place& place);
  void Leave(const Place& place);
  // What a rough client does at the end of a visit, beside what every client does.
  void LeaveRoughly(Place place);
  // Tells the control plane of the place that the client leaves: for good, or it may come back.
  void Tell(const Place& place, bool closes);
  // One attempt to come back, at some control plane. NotFound: the session is gone.
  absl::Status TryToComeBack(Place& place);
  // Runs both at the same time.
  void AtOnce(std::function<void()> one, const std::function<void()>& other);

  Story& story_;
  const std::string name_;
  const Org org_;
  const Image image_;
  const Manners manners_;
  int visits_ = 0;
};

// Starts an actor that is a client of `org` and visits the cluster `visits` times.
TaskId StartClient(Story& story, std::string name, std::string_view org, int visits,
                   std::string_view image = kStandardImage, Manners manners = Manners::kPlain);

}  // namespace fencepost::sim
