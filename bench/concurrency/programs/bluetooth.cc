// The Bluetooth driver of Windows NT, simplified by Qadeer and Wu, "KISS: Keep It Simple and
// Sequential" (PLDI 2004); bluetooth_driver_bad of SCTBench: the driver stops between the check of
// the stopping flag and the increment of the pending I/O.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Bluetooth(Threads& threads) {
  Shared<int> pending(threads, "pending", 1);
  Shared<bool> stopping(threads, "stopping", false);
  Shared<bool> stopping_event(threads, "stopping event", false);
  Shared<bool> stopped(threads, "stopped", false);
  const auto decrement = [&] {
    if (pending.FetchAdd(-1) == 1) stopping_event.Store(true);
  };

  threads.Start("stopper", [&] {
    stopping.Store(true);
    decrement();
    if (stopping_event.Load()) stopped.Store(true);
  });
  if (!stopping.Load()) {
    pending.FetchAdd(1);
    threads.Require(!stopped.Load(), "no I/O begins after the driver has stopped");
  }
  decrement();
  threads.JoinAll();
}

}  // namespace fencepost::bench
