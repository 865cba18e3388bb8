#include "store_pg/connection_string.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fencepost::pg {
namespace {

constexpr const char* kSecretKeywords[] = {"password", "sslpassword"};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string Quoted(const std::string& value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// As a URI would show it.
std::string PercentEncoded(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded.push_back(c);
    } else {
      encoded.push_back('%');
      encoded.push_back(kDigits[byte >> 4]);
      encoded.push_back(kDigits[byte & 15]);
    }
  }
  return encoded;
}

// The password of "scheme://user:password@host" as it is written there, percent signs and all.
std::string RawUriPassword(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return {};
  const std::size_t user = scheme + 3;
  const std::size_t at = text.find('@', user);
  const std::size_t colon = text.find(':', user);
  if (at == std::string::npos || colon == std::string::npos || colon > at) return {};
  return text.substr(colon + 1, at - colon - 1);
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The place, counted from 1, of the first percent sign that begins no escape of a URI; 0 if there
// is no such sign.
std::size_t BadEscape(const std::string& text) {
  if (text.find("://") == std::string::npos) return 0;
  for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1)) {
    const bool two = at + 2 < text.size() && IsHexDigit(text[at + 1]) && IsHexDigit(text[at + 2]);
    if (!two || text.compare(at, 3, "%00") == 0) return at + 1;
  }
  return 0;
}

// Why libpq cannot read the text. The text itself is not shown: it may hold a password.
std::string WhyUnreadable(const std::string& text) {
  if (const std::size_t place = BadEscape(text); place != 0) {
    return absl::StrCat(
        "the % at character ", place,
        " of the connection string begins no escape: in a URI it is followed by two "
        "hexadecimal digits other than 00, and a % itself is written as %25");
  }
  return "the connection string is not one that libpq can read (it is not shown here because it "
         "may hold a password; in a URI, special characters of a password are written as %XX)";
}

}  // namespace

absl::StatusOr<ConnectionString> ConnectionString::Parse(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("the connection string holds a zero byte");
  }
  char* error = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &error));
  if (error != nullptr) PQfreemem(error);
  if (options == nullptr) return absl::InvalidArgumentError(WhyUnreadable(text));
  ConnectionString parsed;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parsed.settings_[option->keyword] = option->val;
    if (option->envvar != nullptr && std::getenv(option->envvar) != nullptr) {
      parsed.defaults_.emplace_back(option->keyword);
    }
  }
  std::vector<std::string> plain = {RawUriPassword(text)};
  for (const char* keyword : kSecretKeywords) {
    const auto found = parsed.settings_.find(keyword);
    if (found != parsed.settings_.end()) plain.push_back(found->second);
  }
  if (const char* password = std::getenv("PGPASSWORD")) plain.emplace_back(password);
  for (const std::string& secret : plain) {
    if (secret.empty()) continue;
    parsed.secrets_.push_back(secret);
    parsed.secrets_.push_back(PercentEncoded(secret));
    parsed.secrets_.push_back(Quoted(secret));
  }
  std::sort(parsed.secrets_.begin(), parsed.secrets_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return parsed;
}

void ConnectionString::SetDefault(const std::string& keyword, const std::string& value) {
  if (std::find(defaults_.begin(), defaults_.end(), keyword) != defaults_.end()) return;
  settings_.try_emplace(keyword, value);
}

std::string ConnectionString::ForLibpq() const {
  std::string text;
  for (const auto& [keyword, value] : settings_) {
    absl::StrAppend(&text, text.empty() ? "" : " ", keyword, "=", Quoted(value));
  }
  return text;
}

std::string ConnectionString::ForPeople() const {
  std::string text;
  for (const char* keyword : {"service", "host", "hostaddr", "port", "dbname", "user"}) {
    const auto found = settings_.find(keyword);
    if (found == settings_.end()) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", keyword, "=", found->second);
  }
  return text.empty() ? "libpq's defaults" : Scrub(text);
}

std::string ConnectionString::Scrub(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace fencepost::pg
