// Decodes one line of an event log. encode_event.h is the inverse.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "core/events/event.h"

namespace fencepost::models {

// An event and the values that it refers to. Must not be moved, since the event refers into it.
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

// REQUIRES: `json` is an object, and `parts` is new. An error names the missing or wrong field.
absl::Status DecodeEvent(const nlohmann::ordered_json& json, EventParts& parts);

}  // namespace fencepost::models
