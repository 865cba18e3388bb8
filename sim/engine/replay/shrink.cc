#include "sim/engine/replay/shrink.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/engine/replay/lenient_replay.h"

namespace fencepost::sim {
namespace {

using Choices = std::vector<Choice>;

bool IsDefault(const Choice& choice) {
  return choice.is_bits() ? choice.bits == 0 : choice.index == 0;
}

class Shrinker {
 public:
  Shrinker(FailingRun found, const Trial& trial, const std::function<bool()>& go_on)
      : trial_(trial), go_on_(go_on) {
    size_ = SizeOf(found.choices, found.steps);
    result_.run = std::move(found);
  }

  ShrinkResult Run() {
    CutTail();
    do {
      improved_ = false;
      InPieces(&Shrinker::TakenOut);
      InPieces(&Shrinker::AtDefault);
    } while (improved_ && !over_);
    result_.minimal = !over_;
    return std::move(result_);
  }

 private:
  // Each gives the present choices without [begin, end), in a sense; nothing if that changes none.
  using Edit = std::optional<Choices> (Shrinker::*)(size_t begin, size_t end) const;

  std::optional<Choices> TakenOut(size_t begin, size_t end) const {
    Choices plan = choices();
    plan.erase(plan.begin() + static_cast<ptrdiff_t>(begin),
               plan.begin() + static_cast<ptrdiff_t>(end));
    return plan;
  }

  std::optional<Choices> AtDefault(size_t begin, size_t end) const {
    Choices plan = choices();
    bool changed = false;
    for (size_t i = begin; i < end; ++i) {
      changed |= !IsDefault(plan[i]);
      plan[i].chosen = Label();  // no alternative has it: the default is taken
      plan[i].bits = 0;
    }
    if (!changed) return std::nullopt;
    return plan;
  }

  // The shortest prefix behind which the default fails, found by halving: most failures need
  // nothing of what came after their cause.
  void CutTail() {
    size_t least = 0;
    size_t most = choices().size();
    const Choices all = choices();
    while (least < most && !over_) {
      const size_t middle = least + (most - least) / 2;
      if (Try({all.begin(), all.begin() + static_cast<ptrdiff_t>(middle)})) {
        most = middle;
      } else {
        least = middle + 1;
      }
    }
  }

  // From large pieces to single choices, from the back: what is late depends on what is early.
  void InPieces(Edit edit) {
    for (size_t piece = std::bit_floor(std::max<size_t>(choices().size(), 1));; piece /= 2) {
      size_t end = choices().size();
      while (end > 0 && !over_) {
        const size_t begin = end > piece ? end - piece : 0;
        const auto plan = (this->*edit)(begin, end);
        if (plan) Try(*plan);
        end = std::min(begin, choices().size());
      }
      if (piece == 1 || over_) return;
    }
  }

  bool Try(Choices plan) {
    if (over_ || !go_on_()) {
      over_ = true;
      return false;
    }
    ++result_.executions;
    LenientReplay strategy(std::move(plan));
    std::optional<FailingRun> run = trial_(strategy);
    if (!run) return false;
    const FailureSize size = SizeOf(run->choices, run->steps);
    if (!Smaller(size, size_)) return false;
    size_ = size;
    result_.run = *std::move(run);
    improved_ = true;
    return true;
  }

  const Choices& choices() const { return result_.run.choices; }

  const Trial& trial_;
  const std::function<bool()>& go_on_;
  ShrinkResult result_;
  FailureSize size_;
  bool improved_ = false;
  bool over_ = false;
};

}  // namespace

bool Smaller(const FailureSize& a, const FailureSize& b) {
  return std::pair(a.sum(), a.bits_set) < std::pair(b.sum(), b.bits_set);
}

FailureSize SizeOf(const std::vector<Choice>& choices, uint64_t steps) {
  FailureSize size;
  size.steps = steps;
  for (const Choice& choice : choices) {
    if (IsDefault(choice)) continue;
    ++size.deviations;
    size.faults += choice.kind == ChoiceKind::kFault;
    size.bits_set += static_cast<uint64_t>(std::popcount(choice.bits));
  }
  return size;
}

ShrinkResult Shrink(FailingRun found, const Trial& trial, const std::function<bool()>& go_on) {
  return Shrinker(std::move(found), trial, go_on).Run();
}

}  // namespace fencepost::sim
