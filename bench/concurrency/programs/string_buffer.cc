// java.lang.StringBuffer of JDK 1.4 (Flanagan and Qadeer, "A Type and Effect System for Atomicity",
// PLDI 2003), in SCTBench: append reads the length of its argument and then its characters, which
// another thread has erased meanwhile.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void StringBuffer(Threads& threads) {
  Mutex argument_lock(threads, "argument");
  Mutex own_lock(threads, "own");
  Shared<int> count(threads, "count", 3);
  threads.Start("eraser", [&] {
    argument_lock.Lock();
    count.Store(0);
    argument_lock.Unlock();
    argument_lock.Lock();
    count.Add(3);
    argument_lock.Unlock();
  });
  own_lock.Lock();
  argument_lock.Lock();
  const int length = count.Load();
  argument_lock.Unlock();
  argument_lock.Lock();
  threads.Require(length <= count.Load(), "the characters that were counted are there");
  argument_lock.Unlock();
  own_lock.Unlock();
  threads.JoinAll();
}

}  // namespace fencepost::bench
