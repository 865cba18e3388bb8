#include "core/rules/check.h"

#include <cstdio>
#include <cstdlib>

namespace fencepost {

void Check(bool holds, std::string_view what, std::source_location where) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "%s:%u: %s: check failed: %.*s\n", where.file_name(), where.line(),
               where.function_name(), static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace fencepost
