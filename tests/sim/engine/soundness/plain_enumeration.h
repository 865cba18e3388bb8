// PlainEnumeration: the oracle of the soundness tests. It runs every sequence of choices by
// counting like an odometer: the last choice that has a further alternative takes it, and
// everything behind that choice starts anew. It shares no code with sim/engine/reduction and looks
// at no footprint.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

struct EnumerationBounds {
  std::uint64_t faults = UINT64_MAX;       // in one execution
  std::uint64_t preemptions = UINT64_MAX;  // in one execution
  std::uint64_t executions = UINT64_MAX;
};

class PlainEnumeration : public Strategy {
 public:
  explicit PlainEnumeration(EnumerationBounds bounds) : bounds_(bounds) {}

  std::uint64_t executions() const { return executions_; }
  // Every sequence of choices within the bounds on faults and preemptions has been run to its end.
  bool complete() const { return complete_ && !limited_; }

  bool BeginExecution() override {
    if (executions_ > 0 && !Advance()) {
      complete_ = true;
      return false;
    }
    if (executions_ == bounds_.executions) return false;
    ++executions_;
    depth_ = 0;
    faults_ = 0;
    preemptions_ = 0;
    return true;
  }

  std::uint32_t Choose(const ChoicePoint& point) override {
    if (depth_ == digits_.size()) digits_.push_back({Allowed(point), 0});
    const Digit& digit = digits_[depth_++];
    const std::uint32_t chosen = digit.alternatives[digit.place];
    faults_ += point.alternatives[chosen].fault;
    preemptions_ += point.alternatives[chosen].preemption;
    return chosen;
  }

  std::uint64_t RandomBits(Label) override { return 0; }

  void EndExecution(End end) override {
    limited_ = limited_ || end == End::kStepLimit || end == End::kTimeLimit;
  }

 private:
  struct Digit {
    std::vector<std::uint32_t> alternatives;
    std::size_t place;
  };

  bool Advance() {
    while (!digits_.empty() && digits_.back().place + 1 == digits_.back().alternatives.size()) {
      digits_.pop_back();
    }
    if (digits_.empty()) return false;
    ++digits_.back().place;
    return true;
  }

  // If every alternative exceeds a bound, the first enabled one is taken.
  std::vector<std::uint32_t> Allowed(const ChoicePoint& point) const {
    std::vector<std::uint32_t> enabled;
    std::vector<std::uint32_t> allowed;
    for (std::uint32_t i = 0; i < point.alternatives.size(); ++i) {
      const Alternative& alternative = point.alternatives[i];
      if (alternative.weight == 0) continue;
      enabled.push_back(i);
      if (alternative.fault && faults_ == bounds_.faults) continue;
      if (alternative.preemption && preemptions_ == bounds_.preemptions) continue;
      allowed.push_back(i);
    }
    if (allowed.empty()) enabled.resize(1);
    return allowed.empty() ? enabled : allowed;
  }

  const EnumerationBounds bounds_;
  std::vector<Digit> digits_;
  std::size_t depth_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t preemptions_ = 0;
  std::uint64_t executions_ = 0;
  bool complete_ = false;
  bool limited_ = false;
};

}  // namespace fencepost::sim
