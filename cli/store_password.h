// Keeps the password of a PostgreSQL URI out of everything that is printed or written.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace fencepost::cli {

// Sets `kept` to the text of a store. Of a PostgreSQL URI the password goes into the environment
// (PGPASSWORD), where libpq finds it, and the rest is kept: commands to repeat, reports and replay
// files then carry no password. Error: the URI has a "%" that begins no escape.
absl::Status HidePassword(const std::string& store, std::string& kept);

}  // namespace fencepost::cli
