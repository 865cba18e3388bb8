// Bounded parallelism over a list of items.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "core/seams/runtime.h"

namespace fencepost {

// Calls work(0) … work(count - 1), at most `parallelism` at a time, each once and started in order.
// OK when all have returned. Cancelled if the runtime was cancelled meanwhile; some calls may then
// not have returned yet. So `work` must not refer to the caller's frame: it must own what it
// touches, or touch only what outlives the runtime's activities.
absl::Status ForEachBounded(Runtime& runtime, std::string_view name, std::size_t count,
                            std::size_t parallelism, std::function<void(std::size_t)> work);

}  // namespace fencepost
