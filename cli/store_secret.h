// Keeps a password out of everything that is printed or written.
#pragma once

#include <string>

namespace fencepost::cli {

// A PostgreSQL URI without its password, which goes into the environment (PGPASSWORD), where libpq
// finds it. Commands to repeat, reports and replay files then carry none. Any other text is given
// back as it is.
std::string HidePassword(const std::string& store);

}  // namespace fencepost::cli
