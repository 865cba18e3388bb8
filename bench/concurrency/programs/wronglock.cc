// wronglock_bad of the ESBMC suite, in SCTBench with 8 and 4 threads: one thread guards the data
// with another lock than the others.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void WrongLock(Threads& threads, int others) {
  Mutex right(threads, "right");
  Mutex wrong(threads, "wrong");
  Shared<int> data(threads, "data", 0);
  threads.Start("one", [&] {
    right.Lock();
    const int seen = data.Load();
    data.Add(1);
    threads.Require(data.Load() == seen + 1, "nobody else changes the data");
    right.Unlock();
  });
  for (int i = 0; i < others; ++i) {
    threads.Start("other", [&] {
      wrong.Lock();
      data.Add(1);
      wrong.Unlock();
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
