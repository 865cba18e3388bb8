#include "core/rules/effect.h"

#include "absl/strings/string_view.h"

namespace fencepost {
namespace {
absl::string_view Bridge(std::string_view text) { return {text.data(), text.size()}; }
}  // namespace

absl::Status NotApplied(std::string_view why) { return absl::UnavailableError(Bridge(why)); }
absl::Status InDoubt(std::string_view why) { return absl::UnknownError(Bridge(why)); }
absl::Status Cancelled() { return absl::CancelledError(); }

bool MayHaveApplied(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kUnauthenticated:
      return false;
    default:
      return true;
  }
}

}  // namespace fencepost
