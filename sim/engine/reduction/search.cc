#include "sim/engine/reduction/search.h"

#include "sim/engine/check.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/reduction/partial_order_reduction.h"
#include "sim/engine/reduction/state_caching.h"

namespace fencepost::sim {
namespace {

template <class Kind>
class SearchOf : public Search {
 public:
  explicit SearchOf(const ExhaustiveBounds& bounds) : search_(bounds) {}
  Strategy& strategy() override { return search_; }
  const ExhaustiveReport& report() const override { return search_.report(); }
  bool last_was_redundant() const override { return search_.last_was_redundant(); }
  uint64_t distinct_states() const override {
    if constexpr (requires { search_.distinct_states(); }) return search_.distinct_states();
    return 0;
  }

 private:
  Kind search_;
};

}  // namespace

std::string_view ReductionName(Reduction reduction) {
  constexpr std::array<std::string_view, kAllReductions.size()> kNames = {"none", "dpor", "states"};
  return kNames[static_cast<size_t>(reduction)];
}

std::optional<Reduction> ReductionNamed(std::string_view name) {
  for (const Reduction reduction : kAllReductions) {
    if (ReductionName(reduction) == name) return reduction;
  }
  return std::nullopt;
}

std::string_view WhyUnsound(Reduction reduction, const ExhaustiveBounds& bounds) {
  if (reduction == Reduction::kPartialOrder && bounds.max_preemptions != ExhaustiveBounds::kNone) {
    return "the one execution that dpor runs of each class may have more preemptions than another "
           "that it does not run, so a bound on preemptions would cut what is within it";
  }
  return {};
}

std::unique_ptr<Search> MakeSearch(Reduction reduction, const ExhaustiveBounds& bounds) {
  Check(WhyUnsound(reduction, bounds).empty(), "a combination that is sound");
  switch (reduction) {
    case Reduction::kNone:
      break;
    case Reduction::kPartialOrder:
      return std::make_unique<SearchOf<PartialOrderReduction>>(bounds);
    case Reduction::kStates:
      return std::make_unique<SearchOf<StateCaching>>(bounds);
  }
  return std::make_unique<SearchOf<Exhaustive>>(bounds);
}

}  // namespace fencepost::sim
