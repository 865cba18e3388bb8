// Vyukov's SafeStack (2010), a lock-free stack as an array, in SCTBench: it fails only with three
// threads and at least five preemptions. Two threads then own one element.
#include <deque>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

namespace {

constexpr int kElements = 3;
constexpr int kThreads = 3;
constexpr int kRounds = 2;

class ArrayStack {
 public:
  explicit ArrayStack(Threads& threads)
      : head_(threads, "head", 0), count_(threads, "count", kElements) {
    for (int i = 0; i < kElements; ++i) {
      next_.emplace_back(threads, "next " + std::to_string(i), i + 1 < kElements ? i + 1 : -1);
    }
  }

  // -1: the stack seemed to have one element at most.
  int Pop() {
    while (count_.Load() > 1) {
      int head = head_.Load();
      const int top = head;
      const int next = Next(top).Exchange(-1);
      if (next < 0) continue;
      if (head_.CompareExchange(head, next)) {
        count_.FetchAdd(-1);
        return top;
      }
      Next(top).Exchange(next);
    }
    return -1;
  }

  void Push(int element) {
    int head = head_.Load();
    do {
      Next(element).Store(head);
    } while (!head_.CompareExchange(head, element));
    count_.FetchAdd(1);
  }

 private:
  Shared<int>& Next(int element) { return next_[static_cast<size_t>(element)]; }

  Shared<int> head_;
  Shared<int> count_;
  std::deque<Shared<int>> next_;
};

}  // namespace

void SafeStack(Threads& threads) {
  ArrayStack stack(threads);
  std::deque<Shared<int>> values;
  for (int i = 0; i < kElements; ++i) values.emplace_back(threads, "value " + std::to_string(i), 0);
  for (int self = 0; self < kThreads; ++self) {
    threads.Start("thread", [&, self] {
      for (int round = 0; round < kRounds; ++round) {
        int element = stack.Pop();
        while (element < 0) element = stack.Pop();
        Shared<int>& value = values[static_cast<size_t>(element)];
        value.Store(self);
        threads.Require(value.Load() == self, "an element has one owner");
        stack.Push(element);
      }
    });
  }
  threads.JoinAll();
}

}  // namespace fencepost::bench
