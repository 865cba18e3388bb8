// When credentials that have just been handed over are to be renewed.
#pragma once

#include "absl/time/time.h"
#include "core/rules/config.h"
#include "core/seams/credentials.h"
#include "core/seams/runtime.h"

namespace fencepost {

// By this process's clock, counted from now: the issuer's clock takes no part.
inline absl::Time RefreshTime(Runtime& runtime, const Config& config,
                              const Credentials& credentials) {
  return runtime.Now() + config.refresh_fraction * credentials.valid_for;
}

}  // namespace fencepost
