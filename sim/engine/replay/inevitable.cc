#include "sim/engine/replay/inevitable.h"

#include <utility>

#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {
namespace {

// The recorded choices, then those of a random walk.
class ContinueAtRandom : public Strategy {
 public:
  ContinueAtRandom(std::vector<Choice> prefix, uint64_t seed)
      : left_(prefix.size()),
        prefix_(std::move(prefix), Replay::AfterParting::kContinueDefault),
        rest_(seed) {}

  bool BeginExecution() override { return prefix_.BeginExecution() && rest_.BeginExecution(); }
  uint32_t Choose(const ChoicePoint& point) override {
    return Recorded() ? prefix_.Choose(point) : rest_.Choose(point);
  }
  uint64_t RandomBits(Label point) override {
    return Recorded() ? prefix_.RandomBits(point) : rest_.RandomBits(point);
  }

 private:
  bool Recorded() {
    if (left_ == 0) return false;
    --left_;
    return true;
  }

  size_t left_;
  Replay prefix_;
  RandomWalk rest_;
};

}  // namespace

std::optional<Inevitability> FindInevitable(const std::vector<Choice>& choices,
                                            uint64_t continuations,
                                            const std::function<bool(Strategy&)>& fails,
                                            const std::function<bool()>& go_on) {
  bool over = false;
  const auto too_late = [&](size_t made) {
    const std::vector<Choice> prefix(choices.begin(),
                                     choices.begin() + static_cast<ptrdiff_t>(made));
    Replay by_default(prefix, Replay::AfterParting::kContinueDefault);
    for (uint64_t i = 0; i < continuations; ++i) {
      if (over || !go_on()) {
        over = true;
        return false;
      }
      ContinueAtRandom at_random(prefix, i);
      if (!fails(i == 0 ? static_cast<Strategy&>(by_default) : at_random)) return false;
    }
    return true;
  };
  size_t least = 0;
  size_t most = choices.size();
  while (least < most && !over) {
    const size_t middle = least + (most - least) / 2;
    if (too_late(middle)) {
      most = middle;
    } else {
      least = middle + 1;
    }
  }
  if (over) return std::nullopt;
  return Inevitability{most, continuations};
}

}  // namespace fencepost::sim
