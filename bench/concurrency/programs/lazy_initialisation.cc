// Double-checked locking without its ordering, after Bacon et al., "The Double-Checked Locking is
// Broken Declaration" (2000), and the lazyinit programs of CHESS (Musuvathi et al., OSDI 2008): the
// object is published before it is initialised.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void LazyInitialisation(Threads& threads) {
  constexpr int kUsers = 3;
  Mutex mutex(threads, "instance");
  Shared<bool> published(threads, "published", false);
  Shared<int> field(threads, "field", 0);
  for (int user = 0; user < kUsers; ++user) {
    threads.Start("user", [&] {
      if (!published.Load()) {
        mutex.Lock();
        if (!published.Load()) {
          published.Store(true);
          field.Store(1);
        }
        mutex.Unlock();
      }
      threads.Require(field.Load() == 1, "who sees the object sees it initialised");
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
