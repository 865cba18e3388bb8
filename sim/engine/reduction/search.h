// The exhaustive searches, by how they avoid running what they know already.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "sim/engine/reduction/exhaustive_report.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

enum class Reduction : uint8_t {
  kNone,          // every execution
  kPartialOrder,  // one of those that differ in the order of independent steps
  kStates,        // goes on from each state once
};
inline constexpr std::array<Reduction, 3> kAllReductions = {
    Reduction::kNone, Reduction::kPartialOrder, Reduction::kStates};

// "none", "dpor", "states"
std::string_view ReductionName(Reduction reduction);
std::optional<Reduction> ReductionNamed(std::string_view name);

// Why the two cannot be combined; empty: they can.
std::string_view WhyUnsound(Reduction reduction, const ExhaustiveBounds& bounds);

// A strategy that ends by itself when there is nothing left.
class Search {
 public:
  virtual ~Search() = default;
  virtual Strategy& strategy() = 0;
  virtual const ExhaustiveReport& report() const = 0;
  // The execution that ended last was cut because what lies behind it is known.
  virtual bool last_was_redundant() const = 0;
  // Where a task was chosen, each counted once; 0: not counted.
  virtual uint64_t distinct_states() const = 0;
};

// REQUIRES: WhyUnsound is empty.
std::unique_ptr<Search> MakeSearch(Reduction reduction, const ExhaustiveBounds& bounds);

}  // namespace fencepost::sim
