// twostage_bad of the ESBMC suite, in SCTBench with 2 and 100 threads: two values that belong
// together are written under two locks, and a reader comes between.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void TwoStage(Threads& threads, int writers) {
  Mutex first_lock(threads, "first");
  Mutex second_lock(threads, "second");
  Shared<int> first(threads, "first", 0);
  Shared<int> second(threads, "second", 0);
  for (int writer = 0; writer < writers; ++writer) {
    threads.Start("writer", [&] {
      first_lock.Lock();
      first.Store(1);
      first_lock.Unlock();
      second_lock.Lock();
      second.Store(first.Load() + 1);
      second_lock.Unlock();
    });
  }
  threads.Start("reader", [&] {
    first_lock.Lock();
    if (first.Load() == 0) {
      first_lock.Unlock();
      return;
    }
    const int seen = first.Load();
    first_lock.Unlock();
    second_lock.Lock();
    const int follows = second.Load();
    second_lock.Unlock();
    threads.Require(follows == seen + 1, "the second value follows the first");
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
