// Which source this program was built from.
#pragma once

#include <string_view>

namespace fencepost::cli {

// As git describes it, "-dirty" behind it if files were changed; "unknown" outside a repository.
std::string_view Revision();

}  // namespace fencepost::cli
