// queue_bad of the ESBMC suite, in SCTBench: the consumer counts the rounds in which it found
// nothing as consumed.
#include <deque>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Queue(Threads& threads) {
  constexpr int kSize = 20;
  Mutex mutex(threads, "queue");
  Shared<bool> enqueue(threads, "enqueue", true);
  Shared<bool> dequeue(threads, "dequeue", false);
  Shared<int> head(threads, "head", 0);
  Shared<int> tail(threads, "tail", 0);
  std::deque<Shared<int>> queue;
  std::deque<Shared<int>> stored;
  for (int i = 0; i < kSize; ++i) {
    queue.emplace_back(threads, "element " + std::to_string(i), 0);
    stored.emplace_back(threads, "stored " + std::to_string(i), 0);
  }
  const auto put = [&](int value, int round) {
    const int place = tail.Load();
    queue[static_cast<size_t>(place)].Store(value);
    tail.Store(place + 1);
    stored[static_cast<size_t>(round)].Store(value);
  };

  threads.Start("producer", [&] {
    int value = 0;
    mutex.Lock();
    put(value, 0);
    mutex.Unlock();
    for (int round = 1; round < kSize; ++round) {
      mutex.Lock();
      if (enqueue.Load()) {
        put(++value, round);
        enqueue.Store(false);
        dequeue.Store(true);
      }
      mutex.Unlock();
    }
  });
  threads.Start("consumer", [&] {
    for (int round = 0; round < kSize; ++round) {
      mutex.Lock();
      if (dequeue.Load()) {
        const int place = head.Load();
        head.Store(place + 1);
        const int value = queue[static_cast<size_t>(place)].Load();
        threads.Require(value == stored[static_cast<size_t>(round)].Load(), "items come in order");
        dequeue.Store(false);
        enqueue.Store(true);
      }
      mutex.Unlock();
    }
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
