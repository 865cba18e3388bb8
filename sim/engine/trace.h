// Trace: what one execution decided and saw: its choices, the hashes of its events in between, and
// one running hash over both. The same choices and events give the same hash in every process,
// because labels enter by the hash of their text.
//
// At each choice the running hash is kept as a checkpoint, so two traces that should be equal can
// be compared and the first difference named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/hash.h"

namespace fencepost::sim {

// The state just before the choice of the same index was made.
struct Checkpoint {
  uint64_t hash;
  uint64_t events;  // how many events came before
};

class Trace {
 public:
  void Clear() {
    size_ = 0;
    events_.clear();
    hash_ = kInitialHash;
  }

  void Add(const Choice& choice) {
    if (size_ == checkpoints_.size()) Grow();
    checkpoints_[size_] = {hash_, events_.size()};
    choices_[size_++] = choice;
    hash_ = MixHash(hash_, ChoiceHash(choice));
  }

  void AddEvent(uint64_t event_hash) {
    events_.push_back(event_hash);
    hash_ = MixHash(hash_ + kEventMark, event_hash);
  }

  uint64_t hash() const { return hash_; }
  std::span<const Choice> choices() const { return std::span(choices_).first(size_); }
  std::span<const Checkpoint> checkpoints() const { return std::span(checkpoints_).first(size_); }
  std::span<const uint64_t> events() const { return events_; }

 private:
  static constexpr uint64_t kInitialHash = HashText("fencepost trace");
  static constexpr uint64_t kEventMark = 0xd6e8feb86659fd93u;

  // Index and count stay out: adding an alternative elsewhere must not change what a run is.
  static uint64_t ChoiceHash(const Choice& choice) {
    const uint64_t chosen = choice.chosen.hash();
    return choice.point.hash() + ((chosen << 23) | (chosen >> 41)) + choice.bits +
           static_cast<uint64_t>(choice.kind);
  }

  void Grow();

  uint64_t hash_ = kInitialHash;
  size_t size_ = 0;
  std::vector<Choice> choices_;  // the first `size_` count; clearing a trace keeps the rest
  std::vector<Checkpoint> checkpoints_;
  std::vector<uint64_t> events_;
};

struct TraceDifference {
  size_t step;                  // index of the first choice at or before which they differ
  std::optional<size_t> event;  // set if it is an event that differs, its index
  std::string why;              // one sentence
};

// Nothing if both traces are the same.
std::optional<TraceDifference> FirstDifference(const Trace& a, const Trace& b);

}  // namespace fencepost::sim
