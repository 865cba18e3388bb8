// Runs a function on several threads. No other file of the checker starts a thread.
#pragma once

#include "absl/functional/function_ref.h"

namespace fencepost::models {

// Calls work(0) … work(threads - 1) concurrently and returns when all calls have returned.
void RunInParallel(int threads, absl::FunctionRef<void(int)> work);

}  // namespace fencepost::models
