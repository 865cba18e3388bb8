// Whether a failed call may have had its effect.
//
// With every error, a store, a pod runtime or an RPC client says one of two things: *not applied*
// (nothing happened, so it is safe to try again) or *in doubt* (the reply was lost). An error that
// says neither counts as in doubt.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace fencepost {

// kUnavailable: the call had no effect.
absl::Status NotApplied(std::string_view why);
// kUnknown: the call may have had its effect.
absl::Status InDoubt(std::string_view why);
// kCancelled: this process is stopping; what the interrupted call did is not known.
absl::Status Cancelled();

// True unless the error's code promises that nothing was changed.
bool MayHaveApplied(const absl::Status& status);

}  // namespace fencepost
