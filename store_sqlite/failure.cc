#include "store_sqlite/failure.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"

namespace fencepost::sqlite {
namespace {

constexpr int kPrimary = 0xff;  // the part of an extended code that names the kind

std::string InWords(int code, const std::string& why) {
  const std::string kind = sqlite3_errstr(code);
  return absl::StrCat("SQLite: ", why, " (", why == kind ? "" : kind + ", ", "code ", code, ")");
}

// When SQLite cannot create a file it tries to open it for reading, and reports the error of that
// second attempt, so its error does not say why the file could not be created.
bool MayWriteFolder(const std::filesystem::path& folder) {
  return faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
}

// Why the operating system did not open the file, as far as this process can find out.
absl::Status CannotOpen(int system_errno, const FileToOpen& wanted, const std::string& words) {
  std::error_code ignored;
  const std::string& path = wanted.path;
  const std::filesystem::path file(path);
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!std::filesystem::exists(folder, ignored)) {
    return absl::NotFoundError(
        absl::StrCat(path, ": the folder ", folder.string(), " does not exist"));
  }
  if (std::filesystem::is_directory(file, ignored)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is a folder"));
  }
  const bool exists = std::filesystem::exists(file, ignored);
  if (!exists && wanted.creates && !MayWriteFolder(folder)) {
    return absl::PermissionDeniedError(absl::StrCat(
        path, " cannot be created: this process may not write the folder ", folder.string()));
  }
  if (system_errno == EACCES || system_errno == EPERM || system_errno == EROFS) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": this process may not write the file and its folder"));
  }
  if (!exists && !wanted.creates) {
    return absl::NotFoundError(absl::StrCat(path, " does not exist"));
  }
  return absl::FailedPreconditionError(absl::StrCat(path, " cannot be opened: ", words));
}

}  // namespace

absl::Status NotAppliedBecause(int code, const std::string& why) {
  const std::string words = InWords(code, why);
  switch (code & kPrimary) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(words);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(words);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return absl::FailedPreconditionError(words);
    case SQLITE_TOOBIG:
      return absl::InvalidArgumentError(words);
    default:  // busy, locked, input and output: the next attempt may succeed
      return NotApplied(words);
  }
}

absl::Status CommitFailedBecause(int code, const std::string& why, bool transaction_still_open) {
  // A write-ahead log ends with a frame that carries a checksum and the commit mark. Without room
  // for the whole of it the mark is not there; after any other failure it may be.
  const bool certain = transaction_still_open || (code & kPrimary) == SQLITE_FULL;
  return certain ? NotAppliedBecause(code, why) : InDoubt(InWords(code, why));
}

absl::Status OpeningFailedBecause(int code, int system_errno, const std::string& why,
                                  const FileToOpen& file) {
  const std::string words = InWords(code, why);
  const std::string& path = file.path;
  switch (code & kPrimary) {
    case SQLITE_CANTOPEN:
      return CannotOpen(system_errno, file, words);
    case SQLITE_NOTADB:
      return absl::FailedPreconditionError(absl::StrCat(path, " is not a SQLite database"));
    case SQLITE_CORRUPT:
      return absl::DataLossError(absl::StrCat(path, " is damaged: ", words));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(absl::StrCat(path, " is locked by another process: ", words));
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::PermissionDeniedError(absl::StrCat(path, " is read-only: ", words));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(absl::StrCat(path, ": there is no room left: ", words));
    default:
      return absl::Status(NotAppliedBecause(code, why).code(), absl::StrCat(path, ": ", words));
  }
}

}  // namespace fencepost::sqlite
