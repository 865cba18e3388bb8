// The programs of the bench: each has a bug that only some of its interleavings show. They are
// written for this engine from the published descriptions; each file of programs/ names the origin.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/concurrency/threads.h"

namespace fencepost::bench {

struct Program {
  std::string name;
  std::function<void(Threads&)> run;  // the main thread
};

const std::vector<Program>& Programs();

// One family a file.
void Account(Threads& threads);
void AbaStack(Threads& threads);
void Bluetooth(Threads& threads);
void BoundedBuffer(Threads& threads);
void Carter(Threads& threads);
void CircularBuffer(Threads& threads);
void Deadlock(Threads& threads);
void Fibonacci(Threads& threads, int rounds);
void Lazy(Threads& threads);
void LazyInitialisation(Threads& threads);
void LostUpdate(Threads& threads, int writers);
void Peterson(Threads& threads);
void Philosophers(Threads& threads, int seats);
void Queue(Threads& threads);
void Reorder(Threads& threads, int setters, int checkers);
void SafeStack(Threads& threads);
void Stack(Threads& threads);
void StringBuffer(Threads& threads);
void TokenRing(Threads& threads);
void TwoStage(Threads& threads, int writers);
void WorkStealingQueue(Threads& threads, int thieves);
void WrongLock(Threads& threads, int others);

}  // namespace fencepost::bench
