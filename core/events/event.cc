#include "core/events/event.h"

#include <array>

namespace fencepost {

std::string_view EventName(const EventBody& body) {
  constexpr std::array<std::string_view, std::variant_size_v<EventBody>> kNames = {
      "transition_attempted",
      "transition_told",
      "claim_told",
      "lease_minted",
      "fence_minted",
      "pod_deletion_attempted",
      "noted",
      "row_committed",
      "row_refused",
      "control_plane_changed",
      "session_changed",
      "pod_started",
      "pod_deleted",
      "pod_gone",
      "secret_created",
      "secret_deleted",
      "worker_accepted",
      "worker_refused",
      "process_started",
      "process_ended",
      "process_paused",
      "loop_passed",
      "client_asked",
      "client_answered",
      "client_served",
      "client_left",
      "client_dropped",
      "worker_health_changed",
      "credentials_refused",
      "end_ordered",
      "control_plane_removed"};
  return kNames[body.index()];
}

}  // namespace fencepost
