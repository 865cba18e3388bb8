// circular_buffer_bad of the ESBMC suite, in SCTBench: the receiver counts the rounds in which it
// found nothing as received.
#include <deque>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void CircularBuffer(Threads& threads) {
  constexpr int kSize = 10;
  constexpr int kRounds = 7;
  Mutex mutex(threads, "buffer");
  Shared<bool> send(threads, "send", true);
  Shared<bool> receive(threads, "receive", false);
  std::deque<Shared<int>> buffer;
  for (int i = 0; i < kSize; ++i) buffer.emplace_back(threads, "slot " + std::to_string(i), 0);
  Shared<int> first(threads, "first", 0);
  Shared<int> next(threads, "next", 0);

  threads.Start("sender", [&] {
    for (int round = 0; round < kRounds; ++round) {
      mutex.Lock();
      if (send.Load()) {
        const int place = next.Load();
        buffer[static_cast<size_t>(place)].Store(round);
        next.Store((place + 1) % kSize);
        send.Store(false);
        receive.Store(true);
      }
      mutex.Unlock();
    }
  });
  threads.Start("receiver", [&] {
    for (int round = 0; round < kRounds; ++round) {
      mutex.Lock();
      if (receive.Load()) {
        const int place = first.Load();
        first.Store(place + 1);
        threads.Require(buffer[static_cast<size_t>(place)].Load() == round, "items come in order");
        receive.Store(false);
        send.Store(true);
      }
      mutex.Unlock();
    }
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
