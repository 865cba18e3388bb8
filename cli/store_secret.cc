#include "cli/store_secret.h"

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

std::string PercentDecoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
                        HexDigit(text[i + 2]) >= 0;
    plain +=
        escape ? static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return plain;
}

void Tell(std::string_view password) {
  setenv("PGPASSWORD", PercentDecoded(password).c_str(), /*replace=*/1);
}

}  // namespace

std::string HidePassword(const std::string& store) {
  const bool uri = store.starts_with("postgres://") || store.starts_with("postgresql://");
  if (!uri) return store;
  std::string kept = store;
  const std::size_t begin = kept.find("://") + 3;
  const std::size_t at = kept.substr(0, kept.find_first_of("/?", begin)).rfind('@');
  const std::size_t colon = kept.find(':', begin);
  if (at != std::string::npos && colon < at) {
    Tell(std::string_view(kept).substr(colon + 1, at - colon - 1));
    kept.erase(colon, at - colon);
  }
  constexpr std::string_view kName = "password=";
  for (std::size_t place = kept.find('?'); place != std::string::npos;
       place = kept.find('&', place + 1)) {
    if (kept.compare(place + 1, kName.size(), kName) != 0) continue;
    const std::size_t value = place + 1 + kName.size();
    const std::size_t end = std::min(kept.find('&', value), kept.size());
    Tell(std::string_view(kept).substr(value, end - value));
    // The separator before it stays if something follows, else it goes as well.
    if (end < kept.size()) {
      kept.erase(place + 1, end - place);
    } else {
      kept.erase(place);
    }
    break;
  }
  return kept;
}

}  // namespace fencepost::cli
