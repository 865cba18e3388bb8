// Encodes one event as a JSON object of the event log. decode_event.h is the inverse.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "core/events/event.h"

namespace fencepost::models {

// nullopt for an event that is not logged.
std::optional<nlohmann::ordered_json> EncodeEvent(const Event& event);

// The names of guards in a log.
inline constexpr std::array<std::pair<Guard, std::string_view>, 3> kGuardNames = {
    {{Guard::kOwnerGone, "owner_gone"},
     {Guard::kNoLiveSession, "no_live_session"},
     {Guard::kOrgBoundIfIdle, "org_bound_if_idle"}}};
// Infinite times and durations, which have no number.
inline constexpr std::string_view kInfinitePast = "infinite_past";
inline constexpr std::string_view kInfiniteFuture = "infinite_future";

}  // namespace fencepost::models
