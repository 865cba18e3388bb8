// A connection string, parsed as libpq parses it, so that it can be completed and kept secret.
//
// Parse repeats nothing of the string in its error: when a password contains a special character,
// libpq quotes a part of the password as something else. Scrub removes the secrets from any other
// text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace fencepost::pg {

class ConnectionString {
 public:
  // `text` is a URI or keywords. InvalidArgument if libpq cannot read it.
  static absl::StatusOr<ConnectionString> Parse(const std::string& text);

  // Sets `keyword` unless the string or the environment (PGCONNECT_TIMEOUT, ...) has set it.
  void SetDefault(const std::string& keyword, const std::string& value);

  // The whole string, as keywords. It contains the password: for libpq only.
  std::string ForLibpq() const;
  // Host, port, database and user, which may be shown.
  std::string ForPeople() const;
  // `text` with every secret of this string replaced by "***".
  std::string Scrub(std::string text) const;

 private:
  std::map<std::string, std::string> settings_;  // only what was given
  std::vector<std::string> defaults_;            // keywords that the environment has set
  std::vector<std::string> secrets_;             // longest first
};

}  // namespace fencepost::pg
