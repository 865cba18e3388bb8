// Breadth-first search by all cores, level by level: what it finds is as near to the start as
// possible, and the same whatever the number of threads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/rules/check.h"
#include "models/checker/checkpoint.h"
#include "models/checker/frontier.h"
#include "models/checker/model.h"
#include "models/checker/recent.h"
#include "models/checker/search.h"
#include "models/checker/team.h"
#include "models/checker/visited_set.h"

namespace fencepost::models {

template <Model M, template <class> class SlotsOf>
class BreadthFirst {
 public:
  using State = typename M::State;
  using Set = VisitedSet<State, SlotsOf>;

  BreadthFirst(const M& model, const SearchOptions& options)
      : model_(model),
        options_(options),
        set_(kFirstSlots),
        shares_(static_cast<std::size_t>(options.threads)) {}

  SearchResult<State> Run() {
    if (options_.resume ? Resume() : Begin()) {
      while (!level_.empty() && ExpandLevel()) {
        level_.swap(next_);
        if (!level_.empty()) ++result_.depth;
      }
    }
    result_.states = states_.load();
    result_.peak_bytes = std::max(result_.peak_bytes, Bytes());
    if (!Set::Slots::kExact) result_.omission_probability = OmissionProbability(result_.states);
    return result_;
  }

  // After a complete run: the states, by slot.
  Set& set() { return set_; }

 private:
  static constexpr std::size_t kFirstSlots = std::size_t{1} << 16;
  static constexpr std::size_t kChunk = 64;      // states that a thread takes at once
  static constexpr std::size_t kMostSteps = 64;  // from one state; room is kept for so many
  // Fewer states than this are not worth a second thread.
  static constexpr std::size_t kWorthSharing = 1024;

  // A successor on its way into the table, while its line comes from memory.
  struct Arrival {
    State state;
    std::uint64_t hash;
    std::size_t line;
  };

  // What one thread finds on its own, and where it works. Threads share no cache line.
  struct alignas(64) Share {
    std::vector<State> next;
    std::uint64_t steps = 0;
    std::optional<Finding<State>> finding;

    Recent<State> recent;
    std::vector<Arrival> arrivals = std::vector<Arrival>(kChunk * kMostSteps);
    std::size_t arriving = 0;
    std::vector<Arrival> further;  // their lines were full

    void Found(const Finding<State>& other) {
      if (!finding.has_value() || other < *finding) finding = other;
    }
  };

  State Named(const State& state) const {
    return options_.symmetry ? model_.Canonical(state) : state;
  }

  bool Begin() {
    Share& share = shares_.front();
    for (const State& initial : model_.Initial()) {
      const State state = Named(initial);
      if (!set_.template Insert<false>(state, HashOf(state))) continue;
      ++states_;
      share.next.push_back(state);
      Judge(state, share);
    }
    Gather(share);
    level_.swap(next_);
    return Conclude();
  }

  void Judge(const State& state, Share& share) const {
    if (const std::uint8_t broken = model_.Broken(state); broken != kNothingBroken) {
      share.Found({.state = state, .is_step = false, .step = {}, .property = broken});
    }
  }

  // False when the search is over.
  bool ExpandLevel() {
    while (!level_.empty()) {
      if (!MakeRoom() || !Report()) return false;
      std::vector<State>& block = level_.front();
      std::atomic<std::size_t> cursor{0};
      const int threads = block.size() < kWorthSharing ? 1 : options_.threads;
      WorkTogether(threads, [&](int thread) {
        Share& share = shares_[static_cast<std::size_t>(thread)];
        if (threads == 1) {
          Work<false>(block, cursor, share);
        } else {
          Work<true>(block, cursor, share);
        }
      });
      for (Share& share : shares_) Gather(share);
      result_.peak_bytes = std::max(result_.peak_bytes, Bytes());
      level_.DropFront(std::min(cursor.load(), block.size()));
    }
    return Conclude();
  }

  void Gather(Share& share) {
    result_.steps += std::exchange(share.steps, 0);
    next_.Add(std::exchange(share.next, {}));
    if (share.finding.has_value() && (!finding_.has_value() || *share.finding < *finding_)) {
      finding_ = share.finding;
    }
  }

  bool Conclude() {
    if (!finding_.has_value()) return true;
    const bool deadlock = !finding_->is_step && finding_->property == kNothingBroken;
    result_.end = deadlock ? SearchEnd::kDeadlock : SearchEnd::kBroken;
    result_.finding = *finding_;
    return false;
  }

  // All threads together insert no more than this before they look at the room again.
  std::size_t Reserve() const {
    return static_cast<std::size_t>(options_.threads) * kChunk * kMostSteps;
  }
  bool HasRoom() const { return states_.load(std::memory_order_relaxed) + Reserve() < set_.room(); }

  // Chunks of the block, until it is done or the table needs to grow.
  template <bool Concurrent>
  void Work(const std::vector<State>& block, std::atomic<std::size_t>& cursor, Share& share) {
    Steps<State> steps;
    while (HasRoom()) {
      const std::size_t first = cursor.fetch_add(kChunk);
      if (first >= block.size()) break;
      const std::size_t last = std::min(first + kChunk, block.size());
      for (std::size_t i = first; i < last; ++i) {
        steps.clear();
        model_.Expand(block[i], steps);
        Follow(block[i], steps, share);
      }
      const std::size_t before = share.next.size();
      Arrive<Concurrent>(share);
      states_.fetch_add(share.next.size() - before, std::memory_order_relaxed);
    }
  }

  void Follow(const State& state, const Steps<State>& steps, Share& share) const {
    share.steps += steps.size();
    Check(steps.size() <= kMostSteps, "a state has no more steps than room is kept for");
    if (steps.empty() && options_.deadlocks && !model_.MayEnd(state)) {
      share.Found({.state = state, .is_step = false, .step = {}, .property = kNothingBroken});
    }
    const std::size_t before = share.arriving;
    for (const Step<State>& step : steps) {
      if (step.broken != kNothingBroken) {
        share.Found({.state = state, .is_step = true, .step = step, .property = step.broken});
      }
      const State next = Named(step.next);
      const std::uint64_t hash = HashOf(next);
      // No branch, since nobody could guess it: what was met is overwritten by the next one.
      share.arrivals[share.arriving] = {next, hash, set_.LineOf(hash)};
      share.arriving += share.recent.Meet(next, hash) ? 1 : 0;
    }
    for (std::size_t i = before; i < share.arriving; ++i) set_.Prefetch(share.arrivals[i].line);
  }

  // Puts all that is on its way into the table. Where a line is full, the next one is waited for,
  // too.
  template <bool Concurrent>
  void Arrive(Share& share) {
    for (std::size_t i = 0; i < share.arriving; ++i) {
      ArriveAt<Concurrent>(share.arrivals[i], share);
    }
    share.arriving = 0;
    for (std::size_t i = 0; i < share.further.size(); ++i) {
      const Arrival arrival = share.further[i];
      ArriveAt<Concurrent>(arrival, share);
    }
    share.further.clear();
  }

  template <bool Concurrent>
  void ArriveAt(const Arrival& arrival, Share& share) {
    switch (set_.template InsertAt<Concurrent>(arrival.line, arrival.state, arrival.hash)) {
      case Insertion::kKnown:
        return;
      case Insertion::kNew:
        share.next.push_back(arrival.state);
        return Judge(arrival.state, share);
      case Insertion::kLineIsFull:
        set_.Prefetch(arrival.line + 1);
        share.further.push_back({arrival.state, arrival.hash, arrival.line + 1});
    }
  }

  bool MakeRoom() {
    if (Bytes() <= options_.memory_limit && HasRoom()) return true;
    // What waits will need more, too: an eighth of what is left is kept for it.
    const std::size_t waiting = level_.bytes() + next_.bytes();
    const std::size_t left = options_.memory_limit - std::min(options_.memory_limit, waiting);
    const std::size_t slots = set_.LargerWithin(left - left / 8);
    if (slots > set_.capacity()) set_.Grow(slots, options_.threads);
    if (Bytes() <= options_.memory_limit && HasRoom()) return true;
    result_.end = SearchEnd::kMemoryReached;
    return false;
  }

  std::size_t Bytes() const { return set_.bytes() + level_.bytes() + next_.bytes(); }

  bool Report() {
    if (!options_.progress) return true;
    const Wish wish = options_.progress({.states = states_.load(),
                                         .steps = result_.steps,
                                         .depth = result_.depth,
                                         .waiting = level_.size() + next_.size(),
                                         .bytes = Bytes()});
    if (wish == Wish::kGoOn) return true;
    if (!options_.checkpoint.empty() && !PutAside()) return false;
    if (wish == Wish::kCheckpoint) return true;
    result_.end = SearchEnd::kStopped;
    return false;
  }

  // ---- Checkpoints -----------------------------------------------------------------------------

  // Tells models, options and kinds of table apart.
  std::uint64_t Mark() const {
    Packed<2> mark;
    for (const char c : model_.Name())
      mark.words[0] = HashOf(Packed<1>{{mark.words[0] ^ static_cast<unsigned char>(c)}});
    mark.words[1] = (options_.symmetry ? 1U : 0U) + (Set::Slots::kExact ? 2U : 0U) +
                    (options_.deadlocks ? 4U : 0U);
    return HashOf(mark);
  }

  bool PutAside() {
    CheckpointCounts counts{.states = states_.load(),
                            .steps = result_.steps,
                            .depth = result_.depth,
                            .lines = set_.lines(),
                            .table_words = set_.memory().words(),
                            .level_words = level_.size() * State::kWords,
                            .next_words = next_.size() * State::kWords};
    std::vector<std::span<const std::uint64_t>> parts = {
        {set_.memory().data(), set_.memory().words()}};
    level_.AddParts(parts);
    next_.AddParts(parts);
    const CheckpointResult written = WriteCheckpoint(options_.checkpoint, Mark(), counts, parts);
    if (!written.ok) return BadCheckpoint(written);
    return true;
  }

  bool Resume() {
    CheckpointReader reader(options_.checkpoint, Mark());
    if (reader.ok()) {
      const CheckpointCounts& counts = reader.counts();
      set_.Restore(counts.lines);
      reader.Read({set_.memory().data(), set_.memory().words()});
      for (auto [frontier, words] :
           {std::pair(&level_, counts.level_words), std::pair(&next_, counts.next_words)}) {
        std::vector<State> states(words / State::kWords);
        reader.Read(frontier->WordsOf(states));
        frontier->Add(std::move(states));
      }
      states_ = counts.states;
      result_.steps = counts.steps;
      result_.depth = counts.depth;
    }
    const CheckpointResult read = reader.Finish();
    if (!read.ok) return BadCheckpoint(read);
    if (level_.empty()) level_.swap(next_);
    return true;
  }

  bool BadCheckpoint(const CheckpointResult& bad) {
    result_.end = SearchEnd::kBadCheckpoint;
    result_.problem = bad.problem;
    return false;
  }

  const M& model_;
  const SearchOptions& options_;
  Set set_;
  std::atomic<std::uint64_t> states_{0};
  std::vector<Share> shares_;  // by thread
  Frontier<State> level_;
  Frontier<State> next_;
  std::optional<Finding<State>> finding_;  // of this level
  SearchResult<State> result_;
};

}  // namespace fencepost::models
