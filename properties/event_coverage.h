// EventCoverage: what one run went through, as a set of small numbers that a search can compare
// with those of other runs. A run that has a number no other run had went somewhere new.
//
// As in AFL (Zalewski), not places but steps from place to place count, each with how often it was
// taken, in powers of two: for each worker and for each activity, which kind of event followed
// which; and which states the workers were in together. Ids, times and epochs stay out, so that
// the numbers are few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/events/event.h"

namespace fencepost::properties {

class EventCoverage : public EventObserver {
 public:
  // Numbers are below this.
  static constexpr std::uint32_t kFeatures = 1 << 16;

  EventCoverage();

  // A new run.
  void Reset();
  void On(const Event& event) override;

  // The features of the run so far, each once.
  std::vector<std::uint32_t> Features() const;

 private:
  struct Last {
    std::uint64_t who;
    std::uint64_t kind;
  };
  // Counts the step from the last event of `who` to this one.
  void Step(std::vector<Last>& lasts, std::uint64_t who, std::uint64_t kind);
  void CountStates(const Event& event);
  void Count(std::uint64_t step);

  std::vector<Last> workers_;
  std::vector<Last> activities_;
  std::vector<Last> states_;  // the state of each worker's row
  std::vector<std::uint8_t> counts_;
  std::vector<std::uint32_t> counted_;  // the steps whose count is not 0
};

}  // namespace fencepost::properties
