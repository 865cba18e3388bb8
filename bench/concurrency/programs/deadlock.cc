// deadlock01_bad of the ESBMC suite, in SCTBench: two locks, taken in both orders.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Deadlock(Threads& threads) {
  Mutex a(threads, "a");
  Mutex b(threads, "b");
  Shared<int> counter(threads, "counter", 1);
  const auto count = [&](Mutex& first, Mutex& second, int by) {
    first.Lock();
    second.Lock();
    counter.Add(by);
    second.Unlock();
    first.Unlock();
  };
  threads.Start("up", [&] { count(a, b, 1); });
  threads.Start("down", [&] { count(b, a, -1); });
  threads.JoinAll();
}

}  // namespace fencepost::bench
