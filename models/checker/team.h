// Several threads at one piece of work. The only place where the checker has threads.
#pragma once

#include "absl/functional/function_ref.h"

namespace fencepost::models {

// Calls work(0) … work(threads - 1), each on a thread of its own, and returns when all have.
void WorkTogether(int threads, absl::FunctionRef<void(int)> work);

}  // namespace fencepost::models
