#include "campaign/shared/open_database.h"

#include <string_view>

#include "absl/status/status.h"
#include "campaign/shared/pg_database.h"
#include "campaign/shared/sqlite_database.h"

namespace fencepost::campaign {

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const std::string& text) {
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    return PgDatabase::Open(text);
  }
  constexpr std::string_view kSqlite = "sqlite:";
  const std::string path = text.starts_with(kSqlite) ? text.substr(kSqlite.size()) : text;
  if (path.find("://") != std::string::npos) {
    // Without the text itself: it may hold a password.
    return absl::InvalidArgumentError(
        "--campaign takes the path of a SQLite file or a PostgreSQL URI (postgres://…), not "
        "another "
        "kind of URI");
  }
  if (path.empty())
    return absl::InvalidArgumentError("--campaign needs a path or a PostgreSQL URI");
  if (path == ":memory:") {
    return absl::InvalidArgumentError("--campaign :memory: could not be shared: give a path");
  }
  return SqliteDatabase::Open(path);
}

}  // namespace fencepost::campaign
