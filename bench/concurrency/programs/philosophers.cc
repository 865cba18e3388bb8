// The dining philosophers (Dijkstra, "Hierarchical Ordering of Sequential Processes", 1971): each
// takes the fork to the left first.
#include <deque>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Philosophers(Threads& threads, int seats) {
  std::deque<Mutex> forks;
  for (int seat = 0; seat < seats; ++seat) {
    forks.emplace_back(threads, "fork " + std::to_string(seat));
  }
  for (int seat = 0; seat < seats; ++seat) {
    threads.Start("philosopher", [&, seat] {
      Mutex& left = forks[static_cast<size_t>(seat)];
      Mutex& right = forks[static_cast<size_t>((seat + 1) % seats)];
      left.Lock();
      right.Lock();
      right.Unlock();
      left.Unlock();
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
