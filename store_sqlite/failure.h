// SQLite's result codes as statuses that say whether anything may have changed.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace fencepost::sqlite {

// A call that failed before its change could take effect: the status promises that nothing did.
// `code` is an extended result code, `why` SQLite's own words.
absl::Status NotAppliedBecause(int code, const std::string& why);

// A COMMIT that failed. In doubt, unless it is certain that the change is not in the file: the
// transaction is still open, or there was no room to write its end.
absl::Status CommitFailedBecause(int code, const std::string& why, bool transaction_still_open);

// The file that was to be opened. `creates`: it is made when it does not exist.
struct FileToOpen {
  std::string path;
  bool creates = false;
};

// Opening a file, or looking at what is in it for the first time.
absl::Status OpeningFailedBecause(int code, int system_errno, const std::string& why,
                                  const FileToOpen& file);

}  // namespace fencepost::sqlite
