#include "cli/store_password.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace fencepost::cli {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = std::tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsEscape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && HexDigit(text[at + 1]) >= 0 && HexDigit(text[at + 2]) >= 0;
}

bool EscapesAreGood(std::string_view uri) {
  for (std::size_t at = uri.find('%'); at != uri.npos; at = uri.find('%', at + 1)) {
    if (!IsEscape(uri, at)) return false;
  }
  return true;
}

// REQUIRES: its escapes are good.
std::string PercentDecoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
    i += 2;
  }
  return plain;
}

void GiveToLibpq(std::string_view password) {
  setenv("PGPASSWORD", PercentDecoded(password).c_str(), /*replace=*/1);
}

}  // namespace

absl::Status HidePassword(const std::string& store, std::string& kept) {
  kept = store;
  const bool uri = store.starts_with("postgres://") || store.starts_with("postgresql://");
  if (!uri) return absl::OkStatus();
  if (!EscapesAreGood(store)) {
    // Without the URI itself: it may hold a password.
    return absl::InvalidArgumentError(
        "--store: the PostgreSQL URI has a \"%\" that is not followed by two hexadecimal digits: "
        "write a "
        "percent sign as %25");
  }
  const std::size_t begin = kept.find("://") + 3;
  const std::size_t at = kept.substr(0, kept.find_first_of("/?", begin)).rfind('@');
  const std::size_t colon = kept.find(':', begin);
  if (at != std::string::npos && colon < at) {
    GiveToLibpq(std::string_view(kept).substr(colon + 1, at - colon - 1));
    kept.erase(colon, at - colon);
  }
  constexpr std::string_view kName = "password=";
  for (std::size_t place = kept.find('?'); place != std::string::npos;
       place = kept.find('&', place + 1)) {
    if (kept.compare(place + 1, kName.size(), kName) != 0) continue;
    const std::size_t value = place + 1 + kName.size();
    const std::size_t end = std::min(kept.find('&', value), kept.size());
    GiveToLibpq(std::string_view(kept).substr(value, end - value));
    // If a parameter follows, the separator before the password now belongs to it.
    if (end < kept.size()) {
      kept.erase(place + 1, end - place);
    } else {
      kept.erase(place);
    }
    break;
  }
  return absl::OkStatus();
}

}  // namespace fencepost::cli
