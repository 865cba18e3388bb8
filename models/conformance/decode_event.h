// One line of an event log, taken apart. encode_event.h writes what this reads.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "core/events/event.h"

namespace fencepost::models {

// What an event refers to, and the event that refers to it: not to be moved.
struct EventParts {
  EventParts() = default;
  EventParts(const EventParts&) = delete;
  EventParts& operator=(const EventParts&) = delete;

  std::string source;
  std::string activity;
  std::string call;
  TransitionRequest request;
  std::optional<WorkerRow> before;
  WorkerRow after;
  ControlPlaneRow control_plane;
  SessionRow session;
  CpId cp;
  PodName name;
  PodUid uid;
  PodUid named_uid;
  Image image;
  std::optional<Org> org;

  std::optional<EventBody> body;  // set once it is read
};

// REQUIRES: an object, and new parts. An error names the field that is missing or wrong.
absl::Status DecodeEvent(const nlohmann::ordered_json& json, EventParts& parts);

}  // namespace fencepost::models
