#include "cli/report/text.h"

#include <algorithm>

namespace fencepost::cli {
namespace {

bool ContinuesCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// The number of bytes that the first `columns` columns of `text` take.
std::size_t BytesOf(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size() && columns > 0) {
    ++at;
    while (at < text.size() && ContinuesCodePoint(text[at])) ++at;
    --columns;
  }
  return at;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

}  // namespace

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !ContinuesCodePoint(c); }));
}

std::string Padded(std::string_view text, std::size_t width) {
  const std::size_t used = Width(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string Printable(std::string_view text, bool unicode) {
  std::string printable;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      printable += ' ';
    } else if (byte < 0x80 || unicode) {
      printable += c;
    } else if (!ContinuesCodePoint(c)) {
      printable += '?';
    }
  }
  if (unicode) {
    ReplaceAll(printable, "->", "→");
    ReplaceAll(printable, "...", "…");
  }
  return printable;
}

std::vector<std::string> Wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t room = lines.empty() ? width : width - indent;
    const std::string start(lines.empty() ? 0 : indent, ' ');
    const std::size_t most = BytesOf(text, room);
    if (most == text.size()) {
      lines.push_back(start + std::string(text));
      return lines;
    }
    // A space just after the last column that fits is as good a place to cut as one before it.
    const std::size_t space = text.substr(0, most + 1).rfind(' ');
    const bool between_words = space != std::string_view::npos && space > 0;
    const std::size_t cut = between_words ? space : most;
    lines.push_back(start + std::string(text.substr(0, cut)));
    text.remove_prefix(between_words ? cut + 1 : cut);
  }
}

std::string Grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace fencepost::cli
