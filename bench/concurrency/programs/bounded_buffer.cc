// The buffer of Cargill's "Extreme Programming Challenge 14" (2004), after Magee and Kramer: one
// condition for producers and consumers, and a signal that may wake a thread of the wrong kind.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void BoundedBuffer(Threads& threads) {
  constexpr int kCapacity = 1;
  constexpr int kItems = 2;
  constexpr int kProducers = 2;
  Mutex mutex(threads, "buffer");
  Condition changed(threads, "changed");
  Shared<int> size(threads, "size", 0);
  const auto change = [&](int full, int by) {
    mutex.Lock();
    while (size.Load() == full) changed.Wait(mutex);
    size.Add(by);
    changed.Signal();
    mutex.Unlock();
  };

  for (int i = 0; i < kProducers; ++i) {
    threads.Start("producer", [&] {
      for (int item = 0; item < kItems; ++item) change(kCapacity, 1);
    });
    threads.Start("consumer", [&] {
      for (int item = 0; item < kItems; ++item) change(0, -1);
    });
  }
  threads.JoinAll();  // they wait for each other: a deadlock
}

}  // namespace fencepost::bench
