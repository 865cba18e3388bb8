// Random: the engine's own generator, xoshiro256++ 1.0 (Blackman and Vigna) seeded by SplitMix64.
//
// The sequence for a seed is part of the contract: it is the same for every compiler, library and
// release, because a printed seed must reproduce a run. No std:: distribution is used for the
// same reason.
#pragma once

#include <cstdint>

namespace fencepost::sim {

// One step of SplitMix64: advances `state` and returns the output.
constexpr uint64_t SplitMix64(uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// A seed for an independent stream of the run with `seed`, e.g. one per purpose.
constexpr uint64_t DeriveSeed(uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  uint64_t mixed = SplitMix64(state) ^ stream;
  return SplitMix64(mixed);
}

class Random {
 public:
  constexpr explicit Random(uint64_t seed) { Seed(seed); }

  constexpr void Seed(uint64_t seed) {
    for (uint64_t& word : state_) word = SplitMix64(seed);
  }

  constexpr uint64_t Next() {
    const uint64_t result = Rotate(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // A number in [0, n) by multiply-shift of the upper 32 bits; the bias is below n / 2^32.
  // REQUIRES: n > 0.
  constexpr uint32_t Below(uint32_t n) {
    return static_cast<uint32_t>(((Next() >> 32) * uint64_t{n}) >> 32);
  }

 private:
  static constexpr uint64_t Rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

  uint64_t state_[4] = {};
};

}  // namespace fencepost::sim
