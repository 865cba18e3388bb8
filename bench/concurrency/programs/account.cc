// account_bad of the ESBMC suite (Cordeiro and Fischer, ICSE 2011), in SCTBench (Thomson, Donaldson
// and Betts, PPoPP 2014): a check of the balance that forgets that a deposit adds.
#include "bench/concurrency/programs.h"

namespace fencepost::bench {

void Account(Threads& threads) {
  constexpr int kInitial = 1;
  constexpr int kDeposit = 2;
  constexpr int kWithdrawal = 4;
  Mutex mutex(threads, "account");
  Shared<int> balance(threads, "balance", kInitial);
  Shared<bool> deposited(threads, "deposited", false);
  Shared<bool> withdrawn(threads, "withdrawn", false);

  threads.Start("checker", [&] {
    mutex.Lock();
    if (deposited.Load() && withdrawn.Load()) {
      threads.Require(balance.Load() == kInitial - kDeposit - kWithdrawal, "the balance is right");
    }
    mutex.Unlock();
  });
  threads.Start("depositor", [&] {
    mutex.Lock();
    balance.Add(kDeposit);
    deposited.Store(true);
    mutex.Unlock();
  });
  threads.Start("withdrawer", [&] {
    mutex.Lock();
    balance.Add(-kWithdrawal);
    withdrawn.Store(true);
    mutex.Unlock();
  });
  threads.JoinAll();
}

}  // namespace fencepost::bench
