// stack_bad of the ESBMC suite, in SCTBench: a thread that may pop once something was pushed pops
// more than was pushed.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Stack(Threads& threads) {
  constexpr int kSize = 10;
  Mutex mutex(threads, "stack");
  Shared<int> top(threads, "top", 0);
  Shared<bool> pushed(threads, "pushed", false);
  threads.Start("pusher", [&] {
    for (int i = 0; i < kSize; ++i) {
      mutex.Lock();
      top.Add(1);
      pushed.Store(true);
      mutex.Unlock();
    }
  });
  threads.Start("popper", [&] {
    for (int i = 0; i < kSize; ++i) {
      mutex.Lock();
      if (pushed.Load()) {
        threads.Require(top.Load() > 0, "the stack is not empty");
        top.Add(-1);
      }
      mutex.Unlock();
    }
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
