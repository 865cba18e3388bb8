#include "sim/engine/trace.h"

#include <algorithm>

namespace fencepost::sim {
namespace {

std::string Describe(const Choice& choice) {
  std::string text =
      std::string(ChoiceKindName(choice.kind)) + " \"" + std::string(choice.point.text()) + "\": ";
  if (choice.is_bits()) return text + std::to_string(choice.bits);
  return text + std::string(choice.chosen.text()) + " (" + std::to_string(choice.index) + " of " +
         std::to_string(choice.count) + ")";
}

// The events up to the next choice, or to the end.
std::span<const uint64_t> EventsBefore(const Trace& trace, size_t step, size_t from) {
  const size_t end =
      step < trace.checkpoints().size() ? trace.checkpoints()[step].events : trace.events().size();
  return trace.events().subspan(from, end - from);
}

TraceDifference DifferentEvents(std::span<const uint64_t> a, std::span<const uint64_t> b,
                                size_t step, size_t first) {
  const size_t shared =
      static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const size_t event = first + shared;
  std::string why =
      "event " + std::to_string(event) + " (before choice " + std::to_string(step) + ") ";
  why += shared < a.size() && shared < b.size() ? "differs"
         : shared < a.size()                    ? "is missing from the second"
                                                : "is missing from the first";
  return {step, event, std::move(why)};
}

}  // namespace

void Trace::Grow() {
  const size_t size = std::max<size_t>(64, choices_.size() * 2);
  choices_.resize(size);
  checkpoints_.resize(size);
}

std::optional<TraceDifference> FirstDifference(const Trace& a, const Trace& b) {
  const size_t steps = std::max(a.choices().size(), b.choices().size());
  size_t event = 0;
  for (size_t step = 0; step <= steps; ++step) {
    const auto events_a = EventsBefore(a, step, event);
    const auto events_b = EventsBefore(b, step, event);
    if (!std::ranges::equal(events_a, events_b)) {
      return DifferentEvents(events_a, events_b, step, event);
    }
    event += events_a.size();
    const bool in_a = step < a.choices().size();
    const bool in_b = step < b.choices().size();
    if (!in_a && !in_b) return std::nullopt;
    if (in_a && in_b && a.choices()[step] == b.choices()[step]) continue;
    const std::string first = in_a ? Describe(a.choices()[step]) : "its end";
    const std::string second = in_b ? Describe(b.choices()[step]) : "its end";
    return TraceDifference{
        step, std::nullopt,
        "choice " + std::to_string(step) + ": the first has " + first + ", the second " + second};
  }
  return std::nullopt;
}

}  // namespace fencepost::sim
