// reorder_bad of the ESBMC suite, in SCTBench with up to 20 threads and in the evaluation of
// "Greybox Fuzzing for Concurrency Testing" (Wolff et al., ASPLOS 2024) with up to 100: a checker
// sees the first of two assignments and not the second.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Reorder(Threads& threads, int setters, int checkers) {
  Shared<int> a(threads, "a", 0);
  Shared<int> b(threads, "b", 0);
  for (int i = 0; i < setters; ++i) {
    threads.Start("setter", [&] {
      a.Store(1);
      b.Store(-1);
    });
  }
  for (int i = 0; i < checkers; ++i) {
    threads.Start("checker", [&] {
      const bool consistent = (a.Load() == 0 && b.Load() == 0) || (a.Load() == 1 && b.Load() == -1);
      threads.Require(consistent, "both are set or neither is");
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
