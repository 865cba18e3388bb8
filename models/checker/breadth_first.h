// Parallel breadth-first search, level by level. A finding is at the least distance from the
// initial states, and does not depend on the number of threads.
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
#include "models/checker/parallel.h"
#include "models/checker/recent_states.h"
#include "models/checker/search.h"
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
        thread_states_(static_cast<std::size_t>(options.threads)) {}

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
  static constexpr std::size_t kMostSteps = 64;  // from one state; room is reserved for them
  // A smaller block is expanded by one thread: a second one would cost more than it saves.
  static constexpr std::size_t kWorthSharing = 1024;

  // A successor to be inserted, while the cache line of its slot is being prefetched.
  struct PendingInsert {
    State state;
    std::uint64_t hash;
    std::size_t line;
  };

  // What one thread has found, and its buffers. Aligned so that no two threads thread_state a cache
  // line.
  struct alignas(64) ThreadState {
    std::vector<State> next;
    std::uint64_t steps = 0;
    std::optional<SearchFinding<State>> finding;

    RecentStates<State> recent;
    std::vector<PendingInsert> pending = std::vector<PendingInsert>(kChunk * kMostSteps);
    std::size_t pending_count = 0;
    std::vector<PendingInsert> overflowed;  // to be tried in the next line: theirs was full

    void Found(const SearchFinding<State>& other) {
      if (!finding.has_value() || other < *finding) finding = other;
    }
  };

  State Named(const State& state) const {
    return options_.symmetry ? model_.Canonical(state) : state;
  }

  bool Begin() {
    ThreadState& thread_state = thread_states_.front();
    for (const State& initial : model_.Initial()) {
      const State state = Named(initial);
      if (!set_.template Insert<false>(state, HashOf(state))) continue;
      ++states_;
      thread_state.next.push_back(state);
      Judge(state, thread_state);
    }
    Gather(thread_state);
    level_.swap(next_);
    return Conclude();
  }

  void Judge(const State& state, ThreadState& thread_state) const {
    if (const std::uint8_t broken = model_.Broken(state); broken != kNothingBroken) {
      thread_state.Found({.state = state, .is_step = false, .step = {}, .property = broken});
    }
  }

  // False when the search is over.
  bool ExpandLevel() {
    while (!level_.empty()) {
      if (!MakeRoom() || !Report()) return false;
      std::vector<State>& block = level_.front();
      std::atomic<std::size_t> cursor{0};
      const int threads = block.size() < kWorthSharing ? 1 : options_.threads;
      RunInParallel(threads, [&](int thread) {
        ThreadState& thread_state = thread_states_[static_cast<std::size_t>(thread)];
        if (threads == 1) {
          Work<false>(block, cursor, thread_state);
        } else {
          Work<true>(block, cursor, thread_state);
        }
      });
      for (ThreadState& thread_state : thread_states_) Gather(thread_state);
      result_.peak_bytes = std::max(result_.peak_bytes, Bytes());
      level_.DropFront(std::min(cursor.load(), block.size()));
    }
    return Conclude();
  }

  void Gather(ThreadState& thread_state) {
    result_.steps += std::exchange(thread_state.steps, 0);
    next_.Add(std::exchange(thread_state.next, {}));
    if (thread_state.finding.has_value() &&
        (!finding_.has_value() || *thread_state.finding < *finding_)) {
      finding_ = thread_state.finding;
    }
  }

  bool Conclude() {
    if (!finding_.has_value()) return true;
    const bool deadlock = !finding_->is_step && finding_->property == kNothingBroken;
    result_.end = deadlock ? SearchEnd::kDeadlock : SearchEnd::kBroken;
    result_.finding = *finding_;
    return false;
  }

  // The most states that all threads together insert before they check for room again.
  std::size_t Reserve() const {
    return static_cast<std::size_t>(options_.threads) * kChunk * kMostSteps;
  }
  bool HasRoom() const { return states_.load(std::memory_order_relaxed) + Reserve() < set_.room(); }

  // Expands chunks of the block until the block is done or the table has to grow.
  template <bool Concurrent>
  void Work(const std::vector<State>& block, std::atomic<std::size_t>& cursor,
            ThreadState& thread_state) {
    Steps<State> steps;
    while (HasRoom()) {
      const std::size_t first = cursor.fetch_add(kChunk);
      if (first >= block.size()) break;
      const std::size_t last = std::min(first + kChunk, block.size());
      for (std::size_t i = first; i < last; ++i) {
        steps.clear();
        model_.Expand(block[i], steps);
        Follow(block[i], steps, thread_state);
      }
      const std::size_t before = thread_state.next.size();
      InsertPending<Concurrent>(thread_state);
      states_.fetch_add(thread_state.next.size() - before, std::memory_order_relaxed);
    }
  }

  void Follow(const State& state, const Steps<State>& steps, ThreadState& thread_state) const {
    thread_state.steps += steps.size();
    Check(steps.size() <= kMostSteps, "a state has no more steps than room is kept for");
    if (steps.empty() && options_.deadlocks && !model_.MayEnd(state)) {
      thread_state.Found(
          {.state = state, .is_step = false, .step = {}, .property = kNothingBroken});
    }
    const std::size_t before = thread_state.pending_count;
    for (const Step<State>& step : steps) {
      if (step.broken != kNothingBroken) {
        thread_state.Found(
            {.state = state, .is_step = true, .step = step, .property = step.broken});
      }
      const State next = Named(step.next);
      const std::uint64_t hash = HashOf(next);
      // Without a branch, which would be mispredicted: a known state is overwritten by the next
      // one.
      thread_state.pending[thread_state.pending_count] = {next, hash, set_.LineOf(hash)};
      thread_state.pending_count += thread_state.recent.Insert(next, hash) ? 1 : 0;
    }
    for (std::size_t i = before; i < thread_state.pending_count; ++i)
      set_.Prefetch(thread_state.pending[i].line);
  }

  // Inserts all pending successors. A successor whose line is full is tried in the next line.
  template <bool Concurrent>
  void InsertPending(ThreadState& thread_state) {
    for (std::size_t i = 0; i < thread_state.pending_count; ++i) {
      InsertOne<Concurrent>(thread_state.pending[i], thread_state);
    }
    thread_state.pending_count = 0;
    for (std::size_t i = 0; i < thread_state.overflowed.size(); ++i) {
      const PendingInsert insert = thread_state.overflowed[i];
      InsertOne<Concurrent>(insert, thread_state);
    }
    thread_state.overflowed.clear();
  }

  template <bool Concurrent>
  void InsertOne(const PendingInsert& insert, ThreadState& thread_state) {
    switch (set_.template InsertAt<Concurrent>(insert.line, insert.state, insert.hash)) {
      case Insertion::kKnown:
        return;
      case Insertion::kNew:
        thread_state.next.push_back(insert.state);
        return Judge(insert.state, thread_state);
      case Insertion::kLineIsFull:
        set_.Prefetch(insert.line + 1);
        thread_state.overflowed.push_back({insert.state, insert.hash, insert.line + 1});
    }
  }

  bool MakeRoom() {
    if (Bytes() <= options_.memory_limit && HasRoom()) return true;
    // The frontier will grow, too: an eighth of the remaining memory is left to it.
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
    const SearchRequest request = options_.progress({.states = states_.load(),
                                                     .steps = result_.steps,
                                                     .depth = result_.depth,
                                                     .waiting = level_.size() + next_.size(),
                                                     .bytes = Bytes()});
    if (request == SearchRequest::kContinue) return true;
    if (!options_.checkpoint.empty() && !SaveCheckpoint()) return false;
    if (request == SearchRequest::kCheckpoint) return true;
    result_.end = SearchEnd::kStopped;
    return false;
  }

  // ---- Checkpoints -----------------------------------------------------------------------------

  // Identifies the model, the options and the kind of table.
  std::uint64_t Mark() const {
    Packed<2> mark;
    for (const char c : model_.Name())
      mark.words[0] = HashOf(Packed<1>{{mark.words[0] ^ static_cast<unsigned char>(c)}});
    mark.words[1] = (options_.symmetry ? 1U : 0U) + (Set::Slots::kExact ? 2U : 0U) +
                    (options_.deadlocks ? 4U : 0U);
    return HashOf(mark);
  }

  bool SaveCheckpoint() {
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
  std::vector<ThreadState> thread_states_;  // by thread
  Frontier<State> level_;
  Frontier<State> next_;
  std::optional<SearchFinding<State>> finding_;  // the least one of this level
  SearchResult<State> result_;
};

}  // namespace fencepost::models
