// A connection string, taken apart as libpq would, so that it can be completed and kept secret.
//
// Parse says nothing of the string's text in its error: a password with a stray character makes
// libpq quote a part of it as something else. Scrub takes the secrets out of any other text.
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

  // All of it, as keywords. Holds the password: for libpq only.
  std::string ForLibpq() const;
  // Host, port, database and user: fit for people.
  std::string ForPeople() const;
  // `text` with every secret of this string replaced by "***".
  std::string Scrub(std::string text) const;

 private:
  std::map<std::string, std::string> settings_;  // only what was given
  std::vector<std::string> defaults_;            // keywords that the environment has set
  std::vector<std::string> secrets_;             // longest first
};

}  // namespace fencepost::pg
