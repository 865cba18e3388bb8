// ChoiceBytes: an execution as a string of bytes, for fuzzers that mutate bytes (libFuzzer, AFL)
// and know nothing of choices. The idea is that of Zest (Padhye, Lemieux, Sen, Papadakis, Le
// Traon, "Semantic Fuzzing with Zest", ISSTA 2019): any bytes are a valid execution, so a mutated
// input is a mutated execution.
//
// A choice is one byte, two with more than 256 alternatives: the index. What is beyond the
// alternatives means "nothing goes wrong" at a fault point, so that a random byte is most often no
// fault; elsewhere it wraps around. A disabled alternative means the next enabled one. Random bits
// are eight bytes, the lowest first. Behind the end of the bytes each choice is the first enabled
// alternative and random bits are 0. The weights of alternatives count for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

class ChoiceBytes : public Strategy {
 public:
  explicit ChoiceBytes(std::vector<uint8_t> bytes) : bytes_(std::move(bytes)) {}

  // How many of the bytes the execution has used.
  size_t used() const { return next_; }

  bool BeginExecution() override {
    next_ = 0;
    return true;
  }
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;

 private:
  bool at_end() const { return next_ >= bytes_.size(); }
  // The next bytes, as many as asked for, as a number; bytes behind the end are 0.
  uint64_t Take(size_t count);

  const std::vector<uint8_t> bytes_;
  size_t next_ = 0;
};

// The bytes that make a ChoiceBytes run exactly these choices again.
std::vector<uint8_t> BytesOf(std::span<const Choice> choices);

}  // namespace fencepost::sim
