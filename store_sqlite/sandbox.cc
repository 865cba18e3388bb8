#include "store_sqlite/sandbox.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/statement.h"

namespace fencepost {
namespace {

constexpr std::int64_t kMark = 0x53424F58;  // "SBOX"

// True if there is no file yet, or an empty one.
bool IsNew(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? !std::filesystem::exists(path, error) : size == 0;
}

absl::Status CheckMark(const SqliteOptions& options) {
  absl::StatusOr<std::unique_ptr<sqlite::Connection>> connection =
      sqlite::Connection::Open(options);
  if (!connection.ok()) return connection.status();
  const std::int64_t mark = (*connection)->Number("PRAGMA user_version", 0);
  if ((*connection)->failed()) return (*connection)->TakeOpeningFailure();
  if (mark == kMark) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(options.path, " was not made by a simulation; a simulation empties its store ",
                   "before every run, so it is left alone: give the path of a new file"));
}

}  // namespace

// Locks the file, in addition to SQLite's own locks, while any sandbox of this process is open.
class SqliteSandbox::Claim {
 public:
  static absl::StatusOr<std::shared_ptr<Claim>> On(const std::string& path) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<Claim>> claims;
    const std::lock_guard lock(mutex);
    if (std::shared_ptr<Claim> known = claims[path].lock()) return known;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return absl::NotFoundError(absl::StrCat(path, " does not exist"));
    std::shared_ptr<Claim> claim(new Claim(file));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      return absl::FailedPreconditionError(
          absl::StrCat("another process simulates in ", path, ": give each its own file"));
    }
    claims[path] = claim;
    return claim;
  }
  ~Claim() { close(file_); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  explicit Claim(int file) : file_(file) {}
  const int file_;
};

absl::StatusOr<std::unique_ptr<SqliteSandbox>> SqliteSandbox::Open(SqliteOptions options) {
  const std::string path = options.path;
  const bool is_new = IsNew(path);
  if (!is_new) {
    if (absl::Status marked = CheckMark(options); !marked.ok()) return marked;
  }
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(std::move(options));
  if (!store.ok()) return store.status();
  absl::StatusOr<std::shared_ptr<Claim>> claim = Claim::On(path);
  if (!claim.ok()) return claim.status();
  if (is_new) {
    sqlite::Connection& connection = *(*store)->connection_;
    connection.Execute(absl::StrCat("PRAGMA user_version = ", kMark).c_str());
    if (connection.failed()) return connection.TakeOpeningFailure();
  }
  return std::unique_ptr<SqliteSandbox>(new SqliteSandbox(*std::move(claim), *std::move(store)));
}

SqliteSandbox::SqliteSandbox(std::shared_ptr<Claim> claim, std::unique_ptr<SqliteStore> store)
    : claim_(std::move(claim)), store_(std::move(store)) {}

absl::Status SqliteSandbox::Erase() {
  return store_->Change([&] {
    for (const std::string_view sql :
         {"DELETE FROM session", "DELETE FROM worker", "DELETE FROM control_plane",
          "DELETE FROM leadership", "DELETE FROM sqlite_sequence"}) {
      sqlite::Query query = store_->Ask(sql);
      query.Step();
    }
  });
}

absl::Status SqliteSandbox::RemoveControlPlane(const CpId& cp) {
  return store_->Change([&] {
    sqlite::Query query = store_->Ask("DELETE FROM control_plane WHERE cp_id = ?");
    query.Bind(cp);
    query.Step();
  });
}

}  // namespace fencepost
