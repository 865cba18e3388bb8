#include "campaign/event_log_check.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace fencepost::campaign {
namespace {

using Properties = std::vector<std::unique_ptr<properties::Property>>;

// Safety properties for which a log does not have enough: the configured limits and times, every
// pod that the platform has started, and what callers and clients were told.
constexpr std::array<std::string_view, 6> kNotOfLogs = {
    "bounded-work",         "caps-held",       "no-healthy-worker-ended", "published-pod",
    "session-has-a-client", "truthful-outcome"};

bool NeedsOnlyALog(const properties::Property& property) {
  return !property.convergence() &&
         std::find(kNotOfLogs.begin(), kNotOfLogs.end(), property.name()) == kNotOfLogs.end();
}

Properties PropertiesOfLogs() {
  Properties all = properties::MakeAllProperties();
  std::erase_if(all, [](const auto& property) { return !NeedsOnlyALog(*property); });
  return all;
}

}  // namespace

bool LogConformance::OnEvent(std::uint64_t line, const Event& event) {
  ++events;
  conformance.On(event);
  if (conformance.refusal().has_value()) refused_at = line;
  return !refused_at.has_value();
}

Verdict LogConformance::verdict() const {
  if (refused_at) return Verdict::kPropertyBroken;
  return conformance.steps() == 0 ? Verdict::kNoVerdict : Verdict::kClean;
}

LogProperties::LogProperties() : judges(PropertiesOfLogs()) {}

bool LogProperties::OnEvent(std::uint64_t line, const Event& event) {
  ++events;
  judges.On(event);
  if (judges.violation().has_value()) broken_at = line;
  return !broken_at.has_value();
}

Verdict LogProperties::verdict() const {
  if (broken_at) return Verdict::kPropertyBroken;
  return events == 0 ? Verdict::kNoVerdict : Verdict::kClean;
}

}  // namespace fencepost::campaign
