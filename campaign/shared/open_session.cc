#include "campaign/shared/open_session.h"

#include <string_view>

#include "absl/status/status.h"
#include "campaign/shared/pg_session.h"
#include "campaign/shared/sqlite_session.h"

namespace fencepost::cli {

absl::StatusOr<std::unique_ptr<CorpusSession>> OpenCorpusSession(const std::string& text) {
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
    return PgCorpusSession::Open(text);
  }
  constexpr std::string_view kSqlite = "sqlite:";
  const std::string path = text.starts_with(kSqlite) ? text.substr(kSqlite.size()) : text;
  if (path.find("://") != std::string::npos) {
    // Without the text itself: it may hold a password.
    return absl::InvalidArgumentError(
        "--corpus takes the path of a SQLite file or a PostgreSQL URI (postgres://…), not another "
        "kind of URI");
  }
  if (path.empty()) return absl::InvalidArgumentError("--corpus needs a path or a PostgreSQL URI");
  if (path == ":memory:") {
    return absl::InvalidArgumentError("--corpus :memory: would be nobody else's: give a path");
  }
  return SqliteCorpusSession::Open(path);
}

}  // namespace fencepost::cli
