#include "sim/world/fault_injector.h"

#include <array>
#include <span>
#include <string_view>

namespace fencepost::sim {
namespace {

struct FaultLabels {
  std::array<Label, kCallFaultCount> fault;
  Label none = Label::Of("ok");
  Label point = Label::Of("call");

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

struct Length {
  std::string_view name;
  std::int64_t seconds;
};

constexpr Length kDelays[] = {{"1s", 1}, {"15s", 15}, {"90s", 90}};
// The first is longer than the standard expiry; the second than expiry and orphan grace together.
constexpr Length kPauses[] = {{"25s", 25}, {"70s", 70}};
// The first is shorter than a control plane survives without a heartbeat; the second is longer.
constexpr Length kPartitions[] = {{"15s", 15}, {"60s", 60}};
// The first is shorter than a control plane survives without a heartbeat.
constexpr Length kHangs[] = {{"15s", 15}, {"60s", 60}, {"5min", 300}};
// The second is longer than every budget of the standard settings.
constexpr Length kSiteFailures[] = {{"30s", 30}, {"10min", 600}};
constexpr Length kJumps[] = {{"+30s", 30}, {"-30s", -30}, {"+10min", 600}};

VirtualDuration Draw(Engine& engine, std::string_view point, std::span<const Length> lengths) {
  std::array<Alternative, 4> alternatives;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    alternatives[i] = {.name = Label::Of(lengths[i].name)};
  }
  const std::uint32_t chosen = engine.Choose(
      {ChoiceKind::kFault, Label::Of(point), std::span(alternatives).first(lengths.size())});
  return std::chrono::seconds(lengths[chosen].seconds);
}

}  // namespace

void FaultInjector::Begin(const FaultMix& mix, std::int64_t budget) {
  mix_ = mix;
  budget_ = budget;
  stopped_at_.reset();
  latency_.fill(VirtualDuration(0));
  calls_ = {};
}

std::optional<CallFault> FaultInjector::Decide(Prone prone) {
  if (budget_ <= 0 || engine_.quiet()) return std::nullopt;
  const FaultLabels& labels = Labels();
  std::array<Alternative, 1 + kCallFaultCount> alternatives;
  std::array<CallFault, 1 + kCallFaultCount> meaning{};
  std::size_t count = 0;
  alternatives[count++] = {.name = labels.none, .weight = mix_.no_fault_weight()};
  for (std::size_t i = 0; i < kCallFaultCount; ++i) {
    const auto fault = static_cast<CallFault>(i);
    if (mix_.weight(fault) == 0) continue;
    const bool kills = fault == CallFault::kPodDies || fault == CallFault::kPodFallsSilent;
    if ((kills && !prone.pod_dies) || (fault == CallFault::kLate && !prone.lands_late)) continue;
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

VirtualDuration FaultInjector::DrawDelay() { return Draw(engine_, "delay", kDelays); }
VirtualDuration FaultInjector::DrawPause() { return Draw(engine_, "pause-length", kPauses); }
VirtualDuration FaultInjector::DrawPartition() {
  return Draw(engine_, "partition-length", kPartitions);
}
VirtualDuration FaultInjector::DrawHang() { return Draw(engine_, "hang-length", kHangs); }
VirtualDuration FaultInjector::DrawSiteFailure() {
  return Draw(engine_, "site-failure-length", kSiteFailures);
}
VirtualDuration FaultInjector::DrawJump() { return Draw(engine_, "jump", kJumps); }

int FaultInjector::DrawLosses() {
  // The standard settings settle a transition within five attempts: the second goes beyond them.
  constexpr std::array<int, 2> kLosses = {2, 7};
  static const std::array<Alternative, 2> kAlternatives = {
      {{.name = Label::Of("2")}, {.name = Label::Of("7")}}};
  static const Label kPoint = Label::Of("losses");
  return kLosses[engine_.Choose({ChoiceKind::kFault, kPoint, kAlternatives})];
}

CallFault FaultInjector::DrawLoss() {
  static const std::array<Alternative, 2> kAlternatives = {
      {{.name = Label::Of("reply")}, {.name = Label::Of("request")}}};
  static const Label kPoint = Label::Of("lost");
  return engine_.Choose({ChoiceKind::kFault, kPoint, kAlternatives}) == 0 ? CallFault::kReplyLost
                                                                          : CallFault::kRequestLost;
}

}  // namespace fencepost::sim
