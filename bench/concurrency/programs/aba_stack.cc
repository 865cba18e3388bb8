// A lock-free stack of nodes that are used again (Treiber 1986) with the ABA error that Michael and
// Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms" (PODC
// 1996), describe: a compare-and-set succeeds although the top was taken and pushed back meanwhile.
#include <array>
#include <deque>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void AbaStack(Threads& threads) {
  constexpr int kNone = -1;
  constexpr int kNodes = 3;
  Shared<int> top(threads, "top", 0);
  std::deque<Shared<int>> next;
  for (int node = 0; node < kNodes; ++node) {
    next.emplace_back(threads, "next " + std::to_string(node),
                      node + 1 < kNodes ? node + 1 : kNone);
  }
  std::array<bool, kNodes> taken{};

  const auto pop = [&] {
    int seen = top.Load();
    while (seen != kNone) {
      if (top.CompareExchange(seen, next[static_cast<size_t>(seen)].Load())) break;
    }
    if (seen != kNone) {
      threads.Require(!taken[static_cast<size_t>(seen)], "a node has one owner");
      taken[static_cast<size_t>(seen)] = true;
    }
    return seen;
  };
  const auto push = [&](int node) {
    taken[static_cast<size_t>(node)] = false;
    int seen = top.Load();
    do {
      next[static_cast<size_t>(node)].Store(seen);
    } while (!top.CompareExchange(seen, node));
  };

  threads.Start("one", [&] {
    pop();
    pop();
  });
  threads.Start("other", [&] {
    const int first = pop();
    pop();
    if (first != kNone) push(first);
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
