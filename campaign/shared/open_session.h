// Where a corpus is, from the text of --corpus.
#pragma once

#include <memory>
#include <string>

#include "campaign/shared/session.h"

namespace fencepost::cli {

// A path (with or without "sqlite:" before it) or a PostgreSQL URI. Errors do not show a password.
absl::StatusOr<std::unique_ptr<CorpusSession>> OpenCorpusSession(const std::string& text);

}  // namespace fencepost::cli
