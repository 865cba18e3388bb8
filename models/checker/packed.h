// A state of a model as a few 64-bit words, which the visited set stores and compares.
//
// The two highest bits of the last word belong to the visited set; a model leaves them zero.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace fencepost::models {

template <std::size_t Words>
struct Packed {
  static constexpr std::size_t kWords = Words;
  static constexpr std::uint64_t kReserved = std::uint64_t{3} << 62;

  std::array<std::uint64_t, Words> words{};

  // Word by word, since the standard library's comparison of arrays calls memcmp.
  friend bool operator==(const Packed& a, const Packed& b) {
    std::uint64_t differences = 0;
    for (std::size_t i = 0; i < Words; ++i) differences |= a.words[i] ^ b.words[i];
    return differences == 0;
  }
  friend auto operator<=>(const Packed&, const Packed&) = default;
};

// Every bit of the hash depends on every bit of the state. The function must not change:
// checkpoints contain tables that were laid out by it.
template <std::size_t Words>
constexpr std::uint64_t HashOf(const Packed<Words>& state) {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (const std::uint64_t word : state.words) {
    __extension__ using Product = unsigned __int128;
    const Product product = static_cast<Product>(hash ^ word) * 0xd6e8feb86659fd93;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  return hash;
}

}  // namespace fencepost::models
