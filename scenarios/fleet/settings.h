// The settings of a generated fleet, drawn one by one.
//
// Each setting has a plain value, which is the usual one, and harder ones. Any combination of them
// is accepted by Config::Validate.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "core/rules/config.h"
#include "sim/world/story.h"

namespace fencepost::scenarios {

// Decides a setting: the place of the value that it is to have among `values`, the plain one first.
using DrawSetting = absl::FunctionRef<std::uint32_t(std::string_view name,
                                                    std::span<const std::string_view> values)>;

// Sets all settings of a control plane by `draw`.
void SetEach(DrawSetting draw, Config& config);

// Draws the settings of the story's control planes, and how long their calls take.
void DrawSettings(sim::Story& story);

}  // namespace fencepost::scenarios
