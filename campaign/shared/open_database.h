// Opens the database that a text such as that of --campaign names.
#pragma once

#include <memory>
#include <string>

#include "campaign/shared/database.h"

namespace fencepost::campaign {

// A path (with or without "sqlite:" before it) or a PostgreSQL URI. Errors do not show a password.
absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const std::string& text);

}  // namespace fencepost::campaign
