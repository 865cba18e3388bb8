#include "cli/report/terminal.h"

#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace fencepost::cli {
namespace {

constexpr std::size_t kNarrowest = 40;

// The first of these that is set decides, as for setlocale.
bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    const std::size_t dot = locale.find('.');
    if (dot == std::string_view::npos) return false;
    const char* charset = value + dot + 1;
    return strncasecmp(charset, "utf-8", 5) == 0 || strncasecmp(charset, "utf8", 4) == 0;
  }
  return false;
}

}  // namespace

bool IsTerminal(int descriptor) { return isatty(descriptor) == 1; }

DrawStyle StyleFor(int descriptor, bool ascii) {
  DrawStyle style;
  style.unicode = !ascii && LocaleIsUtf8();
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::max<std::size_t>(size.ws_col, kNarrowest);
  }
  return style;
}

}  // namespace fencepost::cli
