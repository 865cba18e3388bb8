// Peterson's lock ("Myths About the Mutual Exclusion Problem", 1981) with its two assignments
// exchanged, so that both threads can enter.
#include <array>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Peterson(Threads& threads) {
  std::array<Shared<bool>, 2> wants = {Shared<bool>(threads, "wants 0", false),
                                       Shared<bool>(threads, "wants 1", false)};
  Shared<int> turn(threads, "turn", 0);
  Shared<int> inside(threads, "inside", 0);
  for (int self = 0; self < 2; ++self) {
    threads.Start("thread", [&, self] {
      const int other = 1 - self;
      turn.Store(other);
      wants[static_cast<size_t>(self)].Store(true);
      while (wants[static_cast<size_t>(other)].Load() && turn.Load() == other) {
      }
      threads.Require(inside.FetchAdd(1) == 0, "one thread is inside");
      inside.FetchAdd(-1);
      wants[static_cast<size_t>(self)].Store(false);
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
