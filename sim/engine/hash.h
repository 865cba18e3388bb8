// Hashes that are kept or compared between processes. They depend on their arguments alone, so they
// are the same for every compiler, library and release; absl::Hash is not.
#pragma once

#include <cstdint>
#include <string_view>

namespace fencepost::sim {

// FNV-1a, 64 bits, of the bytes of `text`.
constexpr uint64_t HashText(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

// Mixes `value` into the running hash `hash`; the order of calls matters.
constexpr uint64_t MixHash(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 32);
}

}  // namespace fencepost::sim
