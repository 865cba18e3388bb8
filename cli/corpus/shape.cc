#include "cli/corpus/shape.h"

#include <fmt/format.h>

#include <cctype>
#include <string_view>

namespace fencepost::cli {
namespace {

std::string WithoutNumbers(std::string_view text) {
  std::string plain;
  bool in_number = false;
  for (const char c : text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit) plain += c;
    if (digit && !in_number) plain += '#';
    in_number = digit;
  }
  return plain;
}

bool IsDefault(const sim::Choice& choice) {
  return choice.is_bits() ? choice.bits == 0 : choice.index == 0;
}

}  // namespace

std::string ShapeOf(std::span<const sim::Choice> choices) {
  std::string shape;
  for (const sim::Choice& choice : choices) {
    if (IsDefault(choice)) continue;
    shape += fmt::format("{} \"{}\"", sim::ChoiceKindName(choice.kind),
                         WithoutNumbers(choice.point.text()));
    if (!choice.is_bits()) shape += ": " + WithoutNumbers(choice.chosen.text());
    shape += '\n';
  }
  return shape;
}

}  // namespace fencepost::cli
