// fib_bench of the software verification competition (SV-COMP, pthread): two threads add the other
// one's variable to their own. The largest value, a Fibonacci number, needs one exact alternation.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Fibonacci(Threads& threads, int rounds) {
  Shared<int> i(threads, "i", 1);
  Shared<int> j(threads, "j", 1);
  int largest = 1;
  for (int round = 0, before = 1; round < 2 * rounds; ++round) {
    before = std::exchange(largest, largest + before);
  }
  const auto add = [rounds](Shared<int>& to, Shared<int>& from) {
    for (int round = 0; round < rounds; ++round) {
      const int own = to.Load();
      to.Store(own + from.Load());
    }
  };
  threads.Start("first", [&] { add(i, j); });
  threads.Start("second", [&] { add(j, i); });
  threads.JoinAll();
  threads.Require(i.Load() < largest && j.Load() < largest, "the largest value is not reached");
}

}  // namespace fencepost::bench
