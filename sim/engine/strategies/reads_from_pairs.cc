#include "sim/engine/strategies/reads_from_pairs.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "sim/engine/check.h"

namespace fencepost::sim {
namespace {

// How many places of a cycle a pair has. That another task comes between a task's own change and
// its next access is often forbidden by the program, as between a lock and its unlock.
constexpr uint64_t kPlaces = 3;
constexpr uint64_t kPlacesIfSeen = 1;
constexpr uint64_t kPlacesAfterOwnChange = 1;

// Of "worker#2": "worker".
std::string_view KindOfTask(Label task) { return task.text().substr(0, task.text().find('#')); }

// The accesses of one kind of task at one scheduling point.
struct Group {
  std::string_view task;
  Label what;
  bool reads_only = true;
  bool after_own_change = true;  // all that were seen
  bool may_be_first = false;     // its task may not have changed the object before
  std::vector<ReadsFromPairs::Event> events;
  std::map<std::string_view, uint32_t> accesses_of;  // by task
  std::set<uint32_t> seen_after;                     // groups; kNoChangeBefore: no change
};

constexpr uint32_t kNoChangeBefore = UINT32_MAX;

class Grouping {
 public:
  explicit Grouping(std::span<const ObjectAccess> accesses) {
    const ObjectAccess* last_change = nullptr;
    uint32_t last_group = kNoChangeBefore;
    for (const ObjectAccess& access : accesses) {
      const uint32_t index = GroupOf(access);
      Group& group = groups_[index];
      const uint32_t nth = ++group.accesses_of[access.task.text()];
      group.events.push_back({access.task, access.what, nth});
      group.after_own_change &= last_change != nullptr && last_change->task == access.task;
      group.may_be_first |= !changed_.contains(access.task.text());
      group.seen_after.insert(last_group);
      if (access.access == Access::kRead) continue;
      group.reads_only = false;
      changed_.insert(access.task.text());
      last_change = &access;
      last_group = index;
    }
  }

  const std::vector<Group>& groups() const { return groups_; }

 private:
  uint32_t GroupOf(const ObjectAccess& access) {
    const std::string_view task = KindOfTask(access.task);
    for (uint32_t i = 0; i < groups_.size(); ++i) {
      if (groups_[i].task == task && groups_[i].what == access.what) return i;
    }
    Group& added = groups_.emplace_back();
    added.task = task;
    added.what = access.what;
    return static_cast<uint32_t>(groups_.size() - 1);
  }

  std::vector<Group> groups_;
  std::set<std::string_view> changed_;  // tasks
};

bool HasOtherTask(const Group& writer, const Group& reader) {
  return writer.task != reader.task || writer.events.front().task != writer.events.back().task;
}

}  // namespace

void ReadsFromPairs::Add(ObjectId object, std::span<const ObjectAccess> accesses) {
  const Grouping grouping(accesses);
  const auto& groups = grouping.groups();
  const auto first_kind = static_cast<uint32_t>(kinds_.size());
  for (const Group& group : groups) kinds_.push_back(group.events);
  for (uint32_t r = 0; r < groups.size(); ++r) {
    const Group& reader = groups[r];
    const auto add = [&](uint32_t writer, bool seen) {
      cycle_ += seen ? kPlacesIfSeen : reader.after_own_change ? kPlacesAfterOwnChange : kPlaces;
      pairs_.push_back({object, first_kind + r, writer, cycle_});
    };
    if (reader.may_be_first) add(kNoChange, reader.seen_after.contains(kNoChangeBefore));
    for (uint32_t w = 0; w < groups.size(); ++w) {
      if (groups[w].reads_only || !HasOtherTask(groups[w], reader)) continue;
      add(first_kind + w, reader.seen_after.contains(w));
    }
  }
}

ReadsFromPairs::Pair ReadsFromPairs::Draw(uint64_t rank, Random& random) const {
  Check(!empty(), "no pair to draw");
  const uint64_t place = Shuffled(rank, cycle_);
  const auto found = std::ranges::upper_bound(pairs_, place, {}, &PairOfKinds::end);
  const auto draw = [&](const Kind& kind) {
    return kind[random.Below(static_cast<uint32_t>(kind.size()))];
  };
  Pair pair{found->object, draw(kinds_[found->reader]), {}};
  if (found->writer == kNoChange) return pair;
  const Kind& writers = kinds_[found->writer];
  pair.writer = draw(writers);
  for (int tries = 8; tries > 0 && pair.writer->task == pair.reader.task; --tries) {
    pair.writer = draw(writers);
  }
  return pair;
}

// An affine map of the numbers below `count`, another one for each round.
uint64_t Shuffled(uint64_t rank, uint64_t count) {
  Check(count > 0, "nothing to shuffle");
  Random random(DeriveSeed(count, rank / count));
  const auto below = static_cast<uint32_t>(std::min<uint64_t>(count, UINT32_MAX));
  uint64_t factor = 1 + random.Below(below);
  while (std::gcd(factor, count) != 1) factor = 1 + random.Below(below);
  return ((rank % count) * factor + random.Below(below)) % count;
}

}  // namespace fencepost::sim
