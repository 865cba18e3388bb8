// What a migration of a SQLite store did.
#pragma once

#include <cstdint>

namespace fencepost {

struct SqliteMigration {
  std::int64_t from = 0;  // 0: there was no store
  std::int64_t to = 0;
};

}  // namespace fencepost
