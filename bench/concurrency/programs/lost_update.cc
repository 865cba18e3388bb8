// The lost update (Gray, Lorie, Putzolu and Traiger, "Granularity of Locks and Degrees of
// Consistency in a Shared Data Base", 1976): a counter is read and written without a lock. Here
// the update that comes last must have begun before any other one ended.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void LostUpdate(Threads& threads, int writers) {
  Shared<int> counter(threads, "counter", 0);
  for (int writer = 0; writer < writers; ++writer) {
    threads.Start("writer", [&] { counter.Add(1); });
  }
  threads.JoinAll();
  threads.Require(counter.Load() > 1, "two updates are kept");
}

}  // namespace fencepost::bench
