// The work-stealing queue of CHESS (Musuvathi et al., OSDI 2008), in SCTBench: the THE protocol of
// Cilk-5 (Frigo, Leiserson and Randall, PLDI 1998) with a push that uses the last slot. A thief
// that has claimed an element and not read it finds the one that overwrote it.
#include <array>
#include <deque>
#include <vector>

#include "bench/concurrency/programs.h"

namespace fencepost::bench {

namespace {

constexpr int kItems = 4;
constexpr int kNone = -1;

class StealingQueue {
 public:
  explicit StealingQueue(Threads& threads)
      : lock_(threads, "queue"), head_(threads, "head", 0), tail_(threads, "tail", 0) {
    for (int i = 0; i < kLargest; ++i) {
      slots_.emplace_back(threads, "slot " + std::to_string(i), kNone);
    }
  }

  int Steal() {
    lock_.Lock();
    const int head = head_.Load();
    head_.Store(head + 1);
    int item = kNone;
    if (head < tail_.Load()) {
      item = Slot(head).Load();
    } else {
      head_.Store(head);
    }
    lock_.Unlock();
    return item;
  }

  int Pop() {
    const int tail = tail_.Load() - 1;
    tail_.Store(tail);
    if (head_.Load() <= tail) return Slot(tail).Load();
    tail_.Store(tail + 1);
    return PopLocked();
  }

  void Push(int item) {
    const int tail = tail_.Load();
    if (tail < head_.Load() + size_) {  // the bug: one slot must stay free
      Slot(tail).Store(item);
      tail_.Store(tail + 1);
      return;
    }
    Enlarge();
    const int end = tail_.Load();
    Slot(end).Store(item);
    tail_.Store(end + 1);
    lock_.Unlock();
  }

 private:
  static constexpr int kLargest = 8;

  Shared<int>& Slot(int index) { return slots_[static_cast<size_t>(index % size_)]; }

  int PopLocked() {
    lock_.Lock();
    const int tail = tail_.Load() - 1;
    tail_.Store(tail);
    int item = kNone;
    const int head = head_.Load();
    if (head <= tail) {
      item = Slot(tail).Load();
    } else {
      head_.Store(0);
      tail_.Store(0);
    }
    lock_.Unlock();
    return item;
  }

  // Leaves the lock taken.
  void Enlarge() {
    lock_.Lock();
    const int head = head_.Load();
    const int count = tail_.Load() - head;
    std::vector<int> items;
    for (int i = 0; i < count; ++i) items.push_back(Slot(head + i).Load());
    if (size_ < kLargest) size_ *= 2;
    for (int i = 0; i < count; ++i) {
      slots_[static_cast<size_t>(i)].Store(items[static_cast<size_t>(i)]);
    }
    head_.Store(0);
    tail_.Store(count);
  }

  Mutex lock_;
  Shared<int> head_;
  Shared<int> tail_;
  std::deque<Shared<int>> slots_;
  int size_ = 2;  // under the lock, and read by the owner
};

}  // namespace

void WorkStealingQueue(Threads& threads, int thieves) {
  StealingQueue queue(threads);
  std::array<int, kItems> done{};
  const auto work = [&](int item) {
    if (item != kNone) ++done[static_cast<size_t>(item)];
  };
  for (int thief = 0; thief < thieves; ++thief) {
    threads.Start("thief", [&] {
      work(queue.Steal());
      work(queue.Steal());
    });
  }
  for (int item = 0; item < kItems; item += 2) {
    queue.Push(item);
    queue.Push(item + 1);
    work(queue.Pop());
  }
  for (int i = 0; i < kItems / 2; ++i) work(queue.Pop());
  threads.JoinAll();
  for (const int times : done) threads.Require(times == 1, "each item is worked on once");
}

}  // namespace fencepost::bench
