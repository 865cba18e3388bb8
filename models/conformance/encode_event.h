// One event as a JSON object, for the event log. decode_event.h reads what this writes.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "core/events/event.h"

namespace fencepost::models {

// Empty for an event that a log does not have.
std::optional<nlohmann::ordered_json> EncodeEvent(const Event& event);

// How a log names the guards of a request.
inline constexpr std::array<std::pair<Guard, std::string_view>, 3> kGuardNames = {
    {{Guard::kOwnerGone, "owner_gone"},
     {Guard::kNoLiveSession, "no_live_session"},
     {Guard::kOrgBoundIfIdle, "org_bound_if_idle"}}};
// Times and durations that are no number.
inline constexpr std::string_view kInfinitePast = "infinite_past";
inline constexpr std::string_view kInfiniteFuture = "infinite_future";

}  // namespace fencepost::models
