// The visited states: a hash table with open addressing in one array, without pointers.
//
// A slot holds the state itself (ExactSlots) or a 64-bit fingerprint of it (CompactSlots). With
// fingerprints two states may be taken for one; OmissionProbability bounds the likelihood. Slots
// are grouped by cache line, and the first line of a state increases with its hash. So a larger
// table is filled in the order of the smaller one, whose memory is released meanwhile.
//
// Several threads may insert concurrently. Grow and the iteration are for one caller at a time;
// Grow starts threads of its own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "models/checker/packed.h"
#include "models/checker/parallel.h"
#include "models/checker/slot_memory.h"

namespace fencepost::models {

inline constexpr std::uint64_t kOccupied = std::uint64_t{1} << 63;
inline constexpr std::uint64_t kBusy = std::uint64_t{1} << 62;

// The result of inserting a state into one line.
enum class Insertion : std::uint8_t { kNew, kKnown, kLineIsFull };

template <bool Concurrent>
std::uint64_t Load(const std::uint64_t& word) {
  if constexpr (!Concurrent) return word;
  return std::atomic_ref<std::uint64_t>(const_cast<std::uint64_t&>(word))
      .load(std::memory_order_acquire);
}

// Threads claim a slot by a compare-and-swap of its last word, which also carries the marks.
template <class State>
struct ExactSlots {
  static constexpr std::size_t kWords = State::kWords;
  static constexpr bool kExact = true;

  template <bool Concurrent>
  static bool Claim(std::uint64_t* slot, const State& state, std::uint64_t /*hash*/, bool& known) {
    const std::uint64_t wanted = state.words[kWords - 1] | kOccupied;
    std::atomic_ref<std::uint64_t> last(slot[kWords - 1]);
    std::uint64_t seen = last.load(std::memory_order_acquire);
    if (seen == 0) {
      if constexpr (!Concurrent) {
        for (std::size_t i = 0; i + 1 < kWords; ++i) slot[i] = state.words[i];
        slot[kWords - 1] = wanted;
        return true;
      } else if (last.compare_exchange_strong(seen, wanted | kBusy, std::memory_order_acquire)) {
        for (std::size_t i = 0; i + 1 < kWords; ++i) {
          std::atomic_ref<std::uint64_t>(slot[i]).store(state.words[i], std::memory_order_relaxed);
        }
        last.store(wanted, std::memory_order_release);
        return true;
      }
    }
    if ((seen & ~kBusy) != wanted) return false;
    if constexpr (Concurrent) {
      while ((seen & kBusy) != 0) seen = last.load(std::memory_order_acquire);
    }
    known = Holds<Concurrent>(slot, state, 0);
    return known;
  }
  // Without a branch: most lookups succeed, at an unpredictable slot of the line.
  template <bool Concurrent>
  static bool Holds(const std::uint64_t* slot, const State& state, std::uint64_t /*hash*/) {
    std::uint64_t differences =
        Load<Concurrent>(slot[kWords - 1]) ^ (state.words[kWords - 1] | kOccupied);
    for (std::size_t i = 0; i + 1 < kWords; ++i) {
      differences |= Load<Concurrent>(slot[i]) ^ state.words[i];
    }
    return differences == 0;
  }
  static bool Empty(const std::uint64_t* slot) { return slot[kWords - 1] == 0; }
  static State StateIn(const std::uint64_t* slot) {
    State state;
    for (std::size_t i = 0; i < kWords; ++i) state.words[i] = slot[i];
    state.words[kWords - 1] &= ~(kOccupied | kBusy);
    return state;
  }
  static std::uint64_t HashIn(const std::uint64_t* slot) { return HashOf(StateIn(slot)); }
};

template <class State>
struct CompactSlots {
  static constexpr std::size_t kWords = 1;
  static constexpr bool kExact = false;

  // Zero is an empty slot.
  static std::uint64_t Print(std::uint64_t hash) { return hash | 1; }

  template <bool Concurrent>
  static bool Claim(std::uint64_t* slot, const State& /*state*/, std::uint64_t hash, bool& known) {
    std::atomic_ref<std::uint64_t> print(*slot);
    std::uint64_t seen = print.load(std::memory_order_relaxed);
    if (seen == 0) {
      if constexpr (!Concurrent) {
        *slot = Print(hash);
        return true;
      } else if (print.compare_exchange_strong(seen, Print(hash), std::memory_order_relaxed)) {
        return true;
      }
    }
    known = seen == Print(hash);
    return known;
  }
  template <bool Concurrent>
  static bool Holds(const std::uint64_t* slot, const State& /*state*/, std::uint64_t hash) {
    return Load<Concurrent>(*slot) == Print(hash);
  }
  static bool Empty(const std::uint64_t* slot) { return *slot == 0; }
  static std::uint64_t HashIn(const std::uint64_t* slot) { return *slot; }
};

template <class State, template <class> class SlotsOf>
class VisitedSet {
 public:
  using Slots = SlotsOf<State>;
  static constexpr std::size_t kSlotsPerLine = std::max<std::size_t>(1, 8 / Slots::kWords);
  static constexpr std::size_t kLineWords = kSlotsPerLine * Slots::kWords;

  explicit VisitedSet(std::size_t slots)
      : lines_(std::max<std::size_t>(slots / kSlotsPerLine, 64)), memory_(WordsFor(lines_)) {}

  std::size_t capacity() const { return lines_ * kSlotsPerLine; }
  std::size_t bytes() const { return memory_.words() * sizeof(std::uint64_t); }
  // How many states fit before the table has to grow.
  std::size_t room() const { return capacity() / 100 * kMostPercent; }

  // The first line in which a state of this hash may be.
  std::size_t LineOf(std::uint64_t hash) const {
    __extension__ using Product = unsigned __int128;
    return static_cast<std::size_t>((static_cast<Product>(hash) * lines_) >> 64);
  }
  void Prefetch(std::size_t line) const {
    __builtin_prefetch(memory_.data() + line * kLineWords, 1);
  }

  // Inserts the state into one line, unless it is there. If the line is full, the caller tries the
  // next one. REQUIRES: fewer than room() states are in the table.
  template <bool Concurrent>
  Insertion InsertAt(std::size_t line, const State& state, std::uint64_t hash) {
    std::uint64_t* slot = memory_.data() + line * kLineWords;
    bool known = false;
    for (std::size_t i = 0; i < kSlotsPerLine; ++i) {
      known |= Slots::template Holds<Concurrent>(slot + i * Slots::kWords, state, hash);
    }
    if (known) return Insertion::kKnown;
    for (std::size_t i = 0; i < kSlotsPerLine; ++i, slot += Slots::kWords) {
      if (!Slots::template Claim<Concurrent>(slot, state, hash, known)) continue;
      return known ? Insertion::kKnown : Insertion::kNew;
    }
    return Insertion::kLineIsFull;
  }
  // True if the state was not there. REQUIRES: fewer than room() states are in the table.
  template <bool Concurrent>
  bool Insert(const State& state, std::uint64_t hash) {
    for (std::size_t line = LineOf(hash);; ++line) {
      const Insertion insertion = InsertAt<Concurrent>(line, state, hash);
      if (insertion != Insertion::kLineIsFull) return insertion == Insertion::kNew;
    }
  }

  // The number of the slot that holds the state. REQUIRES: the state is in the set, and no
  // insertion is concurrent.
  std::size_t SlotOf(const State& state) const requires(Slots::kExact) {
    const std::uint64_t hash = HashOf(state);
    std::size_t slot = LineOf(hash) * kSlotsPerLine;
    while (!Slots::template Holds<false>(Slot(slot), state, hash)) ++slot;
    return slot;
  }
  // How many slot numbers there are, the spill behind the last line included.
  std::size_t slot_numbers() const { return memory_.words() / Slots::kWords; }
  bool Empty(std::size_t slot) const { return Slots::Empty(Slot(slot)); }
  State StateAt(std::size_t slot) const requires(Slots::kExact) {
    return Slots::StateIn(Slot(slot));
  }

  // The memory of a table of `slots` slots.
  static std::size_t BytesFor(std::size_t slots) {
    return WordsFor(slots / kSlotsPerLine) * sizeof(std::uint64_t);
  }
  // The number of slots to grow to within `bytes`; capacity() if no larger table fits.
  std::size_t LargerWithin(std::size_t bytes) const {
    std::size_t slots = capacity() / 10 * 17;
    while (slots > capacity() && BytesFor(slots) > bytes) slots -= capacity() / 16;
    return std::max(slots, capacity());
  }
  void Grow(std::size_t slots, int threads = 1) {
    SlotMemory old = std::move(memory_);
    lines_ = slots / kSlotsPerLine;
    memory_ = SlotMemory(WordsFor(lines_));
    std::atomic<std::size_t> cursor{0};
    if (threads == 1 || old.words() <= kPiece) return MoveFrom<false>(old, cursor);
    RunInParallel(threads, [&](int) { MoveFrom<true>(old, cursor); });
  }

  // The table itself, for checkpoints.
  SlotMemory& memory() { return memory_; }
  std::size_t lines() const { return lines_; }
  void Restore(std::size_t lines) {
    lines_ = lines;
    memory_ = SlotMemory(WordsFor(lines));
  }

 private:
  static constexpr std::size_t kMostPercent = 80;
  // The unit that a thread moves and then releases: whole pages of whole lines.
  static constexpr std::size_t kPiece = kLineWords << 16;
  // Probing never wraps around: it continues behind the last line.
  static constexpr std::size_t kSpillLines = 1024;

  static std::size_t WordsFor(std::size_t lines) { return (lines + kSpillLines) * kLineWords; }
  const std::uint64_t* Slot(std::size_t slot) const {
    return memory_.data() + slot * Slots::kWords;
  }

  // Moves pieces until the old table is empty.
  template <bool Concurrent>
  void MoveFrom(SlotMemory& old, std::atomic<std::size_t>& cursor) {
    for (std::size_t first = cursor.fetch_add(kPiece); first < old.words();
         first = cursor.fetch_add(kPiece)) {
      const std::size_t last = std::min(first + kPiece, old.words());
      for (std::size_t word = first; word < last; word += Slots::kWords) {
        if (!Slots::Empty(old.data() + word)) Move<Concurrent>(old.data() + word);
      }
      old.GiveBack(first, last);
    }
  }
  // Moves to the first empty slot: the old states are distinct, and no lookup is concurrent.
  template <bool Concurrent>
  void Move(const std::uint64_t* from) {
    constexpr std::size_t kLast = Slots::kWords - 1;
    std::uint64_t* slot = memory_.data() + LineOf(Slots::HashIn(from)) * kLineWords;
    while (!Take<Concurrent>(slot[kLast], from[kLast])) slot += Slots::kWords;
    for (std::size_t i = 0; i < kLast; ++i) slot[i] = from[i];
  }
  template <bool Concurrent>
  static bool Take(std::uint64_t& place, std::uint64_t word) {
    if (Load<Concurrent>(place) != 0) return false;
    if constexpr (Concurrent) {
      std::uint64_t empty = 0;
      return std::atomic_ref<std::uint64_t>(place).compare_exchange_strong(
          empty, word, std::memory_order_relaxed);
    }
    place = word;
    return true;
  }

  std::size_t lines_;
  SlotMemory memory_;
};

// An upper bound on the probability that a state was omitted: the number of pairs of states over
// the number of fingerprints, which have 63 bits.
inline double OmissionProbability(std::uint64_t states) {
  const double n = static_cast<double>(states);
  return std::min(1.0, n * n / 2.0 / 9223372036854775808.0);
}

}  // namespace fencepost::models
