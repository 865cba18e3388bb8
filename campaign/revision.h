// The source that this program was built from.
#pragma once

#include <string_view>

namespace fencepost::campaign {

// As git describes it, "-dirty" behind it if files were changed; "unknown" outside a repository.
std::string_view Revision();

}  // namespace fencepost::campaign
