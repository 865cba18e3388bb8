// ReadsFrom: each execution is asked to have some step read what a certain other step wrote, after
// the abstract schedules of Wolff, Shi, Duck, Mathur and Roychoudhury, "Greybox Fuzzing for
// Concurrency Testing" (ASPLOS 2024).
//
// A constraint names an access to an object, and the change of the object that must come last
// before it (or that none may). Until the access was taken, it is held back while another change is
// the last one, and while the right one is, all further changes are. A step that is held back is
// taken if nothing else can be, and its constraint is then dropped, because it may be impossible.
// Other steps are ordered by random priorities, of one of a few kinds.
//
// The paper's fuzzer learns which constraints lead to reads that it has not seen before. Here each
// execution is a function of its seed: its first constraint is the next one of the pairs of the
// program's profile, and further ones are drawn. What is no order of tasks is drawn by weight, as
// the random walk does.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/task_order.h"

namespace fencepost::sim {

class ReadsFrom : public Strategy {
 public:
  // `rank` says which pair is the first constraint: seeds in a row should have ranks in a row.
  ReadsFrom(uint64_t seed, uint64_t rank, std::shared_ptr<const ProgramProfile> profile);
  ReadsFrom(uint64_t seed, std::shared_ptr<const ProgramProfile> profile)
      : ReadsFrom(seed, seed, std::move(profile)) {}

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override { return by_weight_.RandomBits(point); }

 private:
  // An access that is to come, and how many like it are left until then, it included.
  struct Awaited {
    Label task;
    Label what;
    uint32_t left = 0;

    bool Is(const Alternative& alternative) const {
      return alternative.name == task && alternative.next == what;
    }
  };
  struct Constraint {
    ObjectId object;
    Awaited reader;
    Awaited writer;
    bool last_is_right = false;  // the change that must come last has, or none may and none has
    bool dropped = false;
  };

  void Add(const ReadsFromPairs::Pair& pair);
  static bool Holds(const Constraint& constraint, const Alternative& alternative);
  static void Took(Constraint& constraint, const Alternative& alternative);

  const uint64_t seed_;
  const uint64_t rank_;
  const std::shared_ptr<const ProgramProfile> profile_;
  RandomWalk by_weight_;
  Random random_;
  TaskOrder order_;
  std::vector<Constraint> constraints_;
};

}  // namespace fencepost::sim
