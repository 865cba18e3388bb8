// Judges an event log: is it a run of the model, and do the safety properties hold in it?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/verdict.h"
#include "models/conformance/conformance.h"
#include "models/conformance/event_log.h"
#include "properties/property_set.h"

namespace fencepost::campaign {

// Stops at the first step that the model refuses.
class LogConformance : public models::EventLogListener {
 public:
  explicit LogConformance(models::Judged judged) : conformance(judged) {}

  bool OnEvent(std::uint64_t line, const Event& event) override;
  // No verdict on a log without a step to check.
  Verdict verdict() const;

  models::Conformance conformance;
  std::uint64_t events = 0;
  std::optional<std::uint64_t> refused_at;  // a line
};

// Judges by the safety properties for which a log says enough. Stops at the first that is broken.
class LogProperties : public models::EventLogListener {
 public:
  LogProperties();

  bool OnEvent(std::uint64_t line, const Event& event) override;
  // No verdict on a log without an event.
  Verdict verdict() const;

  std::uint64_t events = 0;
  std::optional<std::uint64_t> broken_at;  // a line
  properties::PropertySet judges;
};

}  // namespace fencepost::campaign
