#include "campaign/shared/shape.h"

#include <cctype>
#include <cstddef>

namespace fencepost::campaign {
namespace {

constexpr std::size_t kSteps = 3;

// "#" for each number, and for "#2" too, the second activity of a name.
std::string WithoutNumbers(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const bool number = c == '#' || std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!number) plain += c;
    if (number && !plain.ends_with('#')) plain += '#';
  }
  return plain;
}

std::string LastSteps(const sim::Timeline& timeline) {
  std::string shape;
  std::string_view actor;
  std::size_t steps = 0;
  for (std::size_t i = timeline.size(); i > 0 && steps < kSteps; --i) {
    const sim::TimelineEntry& entry = timeline[i - 1];
    if (entry.mark != sim::TimelineMark::kStep) continue;
    if (steps == 0) actor = entry.column;
    if (entry.column != actor) continue;
    shape = WithoutNumbers(entry.text) + "\n" + shape;
    ++steps;
  }
  return shape;
}

}  // namespace

std::string ShapeOf(const RunReport& report, const sim::Timeline& timeline) {
  if (report.end == RunEnd::kPropertyBroken) {
    if (std::string steps = LastSteps(timeline); !steps.empty()) return steps;
  }
  return WithoutNumbers(report.violation ? std::string(report.violation->detail) : report.message);
}

}  // namespace fencepost::campaign
