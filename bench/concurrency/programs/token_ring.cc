// token_ring_bad of the ESBMC suite, in SCTBench: three values are passed on in atomic steps, and a
// fourth thread expects them to be equal at the end.
#include <array>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void TokenRing(Threads& threads) {
  // One object, because each thread's step is atomic.
  struct Ring {
    std::array<int, 3> values{1, 2, 1};
    int passed = 0;
  };
  Shared<int> turn(threads, "ring", 0);
  Ring ring;
  threads.Start("first", [&] {
    turn.FetchAdd(1);
    ring.values[0] = (ring.values[2] + 1) % 4;
    ++ring.passed;
  });
  threads.Start("second", [&] {
    turn.FetchAdd(1);
    ring.values[1] = ring.values[0];
    ++ring.passed;
  });
  threads.Start("third", [&] {
    turn.FetchAdd(1);
    ring.values[2] = ring.values[1];
    ++ring.passed;
  });
  threads.Start("checker", [&] {
    turn.Load();
    const bool equal = ring.values[0] == ring.values[1] && ring.values[1] == ring.values[2];
    threads.Require(ring.passed < 3 || equal, "all have the token");
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
