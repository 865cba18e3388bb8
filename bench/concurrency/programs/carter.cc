// carter01_bad of the ESBMC suite, in SCTBench: two kinds of threads share a resource; the first of
// a kind takes its lock while it holds the lock of the counters, which the other kind needs to give
// the resource back.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Carter(Threads& threads) {
  Mutex counters(threads, "counters");
  Mutex resource(threads, "resource");
  Shared<int> readers(threads, "readers", 0);
  Shared<int> writers(threads, "writers", 0);
  const auto use = [&](Shared<int>& users) {
    counters.Lock();
    users.Add(1);
    if (users.Load() == 1) resource.Lock();
    counters.Unlock();
    counters.Lock();
    users.Add(-1);
    if (users.Load() == 0) resource.Unlock();
    counters.Unlock();
  };

  threads.Start("reader", [&] { use(readers); });
  threads.Start("writer", [&] { use(writers); });
  threads.Start("idle", [] {});
  threads.Start("idle", [] {});
  threads.JoinAll();
}

}  // namespace fencepost::bench
