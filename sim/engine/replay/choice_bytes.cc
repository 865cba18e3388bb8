#include "sim/engine/replay/choice_bytes.h"

namespace fencepost::sim {
namespace {

constexpr size_t kBytesOfBits = 8;

constexpr size_t BytesOfIndex(size_t alternatives) { return alternatives > 256 ? 2 : 1; }

uint32_t FirstEnabled(std::span<const Alternative> alternatives, uint32_t from) {
  const auto count = static_cast<uint32_t>(alternatives.size());
  uint32_t index = from % count;
  while (alternatives[index].weight == 0) index = (index + 1) % count;
  return index;
}

}  // namespace

uint64_t ChoiceBytes::Take(size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count && !at_end(); ++i) {
    number |= uint64_t{bytes_[next_++]} << (8 * i);
  }
  return number;
}

uint32_t ChoiceBytes::Choose(const ChoicePoint& point) {
  const auto alternatives = point.alternatives;
  if (at_end()) return FirstEnabled(alternatives, 0);
  const auto drawn = static_cast<uint32_t>(Take(BytesOfIndex(alternatives.size())));
  if (point.kind == ChoiceKind::kFault && drawn >= alternatives.size()) {
    return FirstEnabled(alternatives, 0);
  }
  return FirstEnabled(alternatives, drawn);
}

uint64_t ChoiceBytes::RandomBits(Label) { return Take(kBytesOfBits); }

std::vector<uint8_t> BytesOf(std::span<const Choice> choices) {
  std::vector<uint8_t> bytes;
  for (const Choice& choice : choices) {
    const uint64_t number = choice.is_bits() ? choice.bits : choice.index;
    const size_t length = choice.is_bits() ? kBytesOfBits : BytesOfIndex(choice.count);
    for (size_t i = 0; i < length; ++i) bytes.push_back(static_cast<uint8_t>(number >> (8 * i)));
  }
  return bytes;
}

}  // namespace fencepost::sim
