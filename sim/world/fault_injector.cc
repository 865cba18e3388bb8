#include "sim/world/fault_injector.h"

#include <array>

namespace fencepost::sim {
namespace {

struct FaultLabels {
  std::array<Label, kCallFaultCount> fault;
  Label none = Label::Of("ok");
  Label point = Label::Of("call");
  Label delay = Label::Of("delay");
  Label pause = Label::Of("pause-length");
  std::array<Label, 3> delays = {Label::Of("1s"), Label::Of("15s"), Label::Of("90s")};
  std::array<Label, 2> pauses = {Label::Of("25s"), Label::Of("70s")};

  FaultLabels() {
    for (std::size_t i = 0; i < kCallFaultCount; ++i) {
      fault[i] = Label::Of(CallFaultName(static_cast<CallFault>(i)));
    }
  }
};

const FaultLabels& Labels() {
  static const FaultLabels labels;
  return labels;
}

constexpr std::array<std::int64_t, 3> kDelaySeconds = {1, 15, 90};
// Longer than the standard expiry; longer than expiry and orphan grace together.
constexpr std::array<std::int64_t, 2> kPauseSeconds = {25, 70};

}  // namespace

void FaultInjector::Begin(const FaultMix& mix, std::int64_t budget) {
  mix_ = mix;
  budget_ = budget;
}

std::optional<CallFault> FaultInjector::Decide() {
  if (budget_ <= 0 || engine_.quiet()) return std::nullopt;
  const FaultLabels& labels = Labels();
  std::array<Alternative, 1 + kCallFaultCount> alternatives;
  std::array<CallFault, 1 + kCallFaultCount> meaning{};
  std::size_t count = 0;
  alternatives[count++] = {.name = labels.none, .weight = FaultMix::kNoFaultWeight};
  for (std::size_t i = 0; i < kCallFaultCount; ++i) {
    const auto fault = static_cast<CallFault>(i);
    if (mix_.weight(fault) == 0) continue;
    meaning[count] = fault;
    alternatives[count++] = {
        .name = labels.fault[i], .weight = mix_.weight(fault), .preemption = false, .fault = true};
  }
  if (count == 1) return std::nullopt;
  const std::uint32_t chosen =
      engine_.Choose({ChoiceKind::kFault, labels.point, std::span(alternatives).first(count)});
  if (chosen == 0) return std::nullopt;
  --budget_;
  return meaning[chosen];
}

VirtualDuration FaultInjector::DrawDelay() {
  const FaultLabels& labels = Labels();
  const std::array<Alternative, 3> alternatives = {
      {{.name = labels.delays[0]}, {.name = labels.delays[1]}, {.name = labels.delays[2]}}};
  const std::uint32_t chosen =
      engine_.Choose({ChoiceKind::kFault, labels.delay, std::span(alternatives)});
  return std::chrono::seconds(kDelaySeconds[chosen]);
}

VirtualDuration FaultInjector::DrawPause() {
  const FaultLabels& labels = Labels();
  const std::array<Alternative, 2> alternatives = {
      {{.name = labels.pauses[0]}, {.name = labels.pauses[1]}}};
  const std::uint32_t chosen =
      engine_.Choose({ChoiceKind::kFault, labels.pause, std::span(alternatives)});
  return std::chrono::seconds(kPauseSeconds[chosen]);
}

}  // namespace fencepost::sim
