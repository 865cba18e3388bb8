// What clang's thread-safety analysis must refuse, and a control that it must accept.

#include "core/threads/thread_annotations.h"

namespace fencepost {

class Account {
 public:
  void Deposit(int amount) FENCEPOST_EXCLUDES(mutex_) {
    mutex_.Lock();
    Add(amount);
    mutex_.Unlock();
  }

#ifdef READ_WITHOUT_THE_MUTEX
  int Balance() const { return balance_; }
#endif
#ifdef CALLED_WITHOUT_THE_MUTEX
  void Withdraw(int amount) { Add(-amount); }
#endif
#ifdef LEFT_HELD
  void DepositAndForget(int amount) {
    mutex_.Lock();
    Add(amount);
  }
#endif
#ifdef TAKEN_TWICE
  void DepositTwice(int amount) {
    mutex_.Lock();
    Deposit(amount);
    mutex_.Unlock();
  }
#endif

 private:
  void Add(int amount) FENCEPOST_REQUIRES(mutex_) { balance_ += amount; }

  Mutex mutex_;
  int balance_ FENCEPOST_GUARDED_BY(mutex_) = 0;
};

}  // namespace fencepost
