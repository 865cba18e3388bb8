// Hashes of the core's values by their content, the same in every process.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/rules/worker.h"
#include "sim/engine/trace.h"

namespace fencepost::sim {

class ContentHash {
 public:
  void Add(std::uint64_t value) { hash_ = MixHash(hash_, value); }
  void Add(std::int64_t value) { Add(static_cast<std::uint64_t>(value)); }
  void Add(std::string_view text) {
    // Eight bytes at a time; the length keeps "ab","c" apart from "a","bc".
    Add(static_cast<std::uint64_t>(text.size()));
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      Add(word);
      text.remove_prefix(8);
    }
    if (text.empty()) return;
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), text.size());
    Add(word);
  }
  void Add(absl::Time time) { Add(absl::ToUnixNanos(time)); }
  void Add(const WorkerRow& row);
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0x66656e6365ull;
};

}  // namespace fencepost::sim
