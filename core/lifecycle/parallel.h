// Bounded parallelism over a list of things to do.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "core/seams/runtime.h"

namespace fencepost {

// Calls work(0) … work(count - 1), at most `parallelism` at a time, each once and started in order.
// OK when all have returned. Cancelled if the runtime was cancelled meanwhile; some calls may then
// still be on their way out, so `work` must own what it touches or know that it lives long enough:
// it must not refer to the caller's frame.
absl::Status ForEachBounded(Runtime& runtime, std::string_view name, std::size_t count,
                            std::size_t parallelism, std::function<void(std::size_t)> work);

}  // namespace fencepost
