// lazy01_bad of the ESBMC suite, in SCTBench: the third thread expects to run before one of the
// others.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Lazy(Threads& threads) {
  Mutex mutex(threads, "data");
  Shared<int> data(threads, "data", 0);
  threads.Start("one", [&] {
    mutex.Lock();
    data.Add(1);
    mutex.Unlock();
  });
  threads.Start("two", [&] {
    mutex.Lock();
    data.Add(2);
    mutex.Unlock();
  });
  threads.Start("three", [&] {
    mutex.Lock();
    threads.Require(data.Load() < 3, "not both have run");
    mutex.Unlock();
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
