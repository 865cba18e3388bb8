// When credentials that have just been handed over are to be renewed.
#pragma once

#include "absl/time/time.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/credentials.h"

namespace fencepost {

// By this process's clock, counted from now: the issuer's clock takes no part.
inline absl::Time RefreshTime(WorkerLifecycle& lifecycle, const Credentials& credentials) {
  return lifecycle.runtime().Now() + lifecycle.config().refresh_fraction * credentials.valid_for;
}

}  // namespace fencepost
