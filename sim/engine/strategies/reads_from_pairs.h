// ReadsFromPairs: which access to an object could come right after which change of it, estimated
// from the accesses of one execution.
//
// Tasks that differ only in the number behind their name ("worker", "worker#2") are one kind, and a
// pair is one of kinds: it stands for all accesses of a kind of task at one scheduling point. So a
// program of a hundred equal tasks has as few pairs as one of two. Pairs that the execution has
// already shown are left out, as is what cannot be: that no change comes before an access of a task
// that has changed the object itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/engine/footprint.h"
#include "sim/engine/label.h"
#include "sim/engine/random.h"

namespace fencepost::sim {

struct ObjectAccess {
  Label task;
  Label what;  // the name of the scheduling point
  Access access = Access::kRead;
};

class ReadsFromPairs {
 public:
  // The access number `nth`, from 1, of the task at the scheduling point.
  struct Event {
    Label task;
    Label what;
    uint32_t nth = 1;
  };
  struct Pair {
    ObjectId object;
    Event reader;
    std::optional<Event> writer;  // nothing: no change comes before the reader
  };

  // All accesses to one more object, in order.
  void Add(ObjectId object, std::span<const ObjectAccess> accesses);

  bool empty() const { return cycle_ == 0; }

  // The pair number `rank` of an endless sequence in which each `cycle()` in a row have each pair
  // about as often as it deserves, and its events drawn. REQUIRES: not empty.
  Pair Draw(uint64_t rank, Random& random) const;
  uint64_t cycle() const { return cycle_; }

 private:
  using Kind = std::vector<Event>;
  static constexpr uint32_t kNoChange = UINT32_MAX;

  struct PairOfKinds {
    ObjectId object;
    uint32_t reader;
    uint32_t writer;
    uint64_t end;  // its places in the cycle are those from the end of the pair before it on
  };

  std::vector<Kind> kinds_;
  std::vector<PairOfKinds> pairs_;
  uint64_t cycle_ = 0;
};

// The number at the place `rank` of an endless sequence in which each `count` in a row, from a
// multiple of it on, are the numbers below `count` in some order. REQUIRES: count > 0.
uint64_t Shuffled(uint64_t rank, uint64_t count);

}  // namespace fencepost::sim
