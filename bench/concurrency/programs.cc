#include "bench/concurrency/programs.h"

namespace fencepost::bench {
namespace {

template <typename... Arguments>
std::function<void(Threads&)> With(void (*run)(Threads&, Arguments...), Arguments... arguments) {
  return [run, arguments...](Threads& threads) { run(threads, arguments...); };
}

}  // namespace

const std::vector<Program>& Programs() {
  static const std::vector<Program> kAll = {
      {"aba_stack", AbaStack},
      {"account", Account},
      {"bluetooth", Bluetooth},
      {"bounded_buffer", BoundedBuffer},
      {"carter", Carter},
      {"circular_buffer", CircularBuffer},
      {"deadlock", Deadlock},
      {"fibonacci_2", With(Fibonacci, 2)},
      {"lazy", Lazy},
      {"lazy_initialisation", LazyInitialisation},
      {"lost_update_2", With(LostUpdate, 2)},
      {"lost_update_5", With(LostUpdate, 5)},
      {"peterson", Peterson},
      {"philosophers_2", With(Philosophers, 2)},
      {"philosophers_3", With(Philosophers, 3)},
      {"philosophers_5", With(Philosophers, 5)},
      {"philosophers_7", With(Philosophers, 7)},
      {"queue", Queue},
      {"reorder_3", With(Reorder, 2, 1)},
      {"reorder_4", With(Reorder, 3, 1)},
      {"reorder_5", With(Reorder, 4, 1)},
      {"reorder_10", With(Reorder, 9, 1)},
      {"reorder_20", With(Reorder, 10, 10)},
      {"reorder_50", With(Reorder, 49, 1)},
      {"reorder_100", With(Reorder, 99, 1)},
      {"stack", Stack},
      {"string_buffer", StringBuffer},
      {"token_ring", TokenRing},
      {"twostage", With(TwoStage, 1)},
      {"twostage_20", With(TwoStage, 19)},
      {"twostage_50", With(TwoStage, 49)},
      {"twostage_100", With(TwoStage, 99)},
      {"work_stealing_1", With(WorkStealingQueue, 1)},
      {"work_stealing_2", With(WorkStealingQueue, 2)},
      {"wronglock", With(WrongLock, 7)},
      {"wronglock_3", With(WrongLock, 3)},
      {"safe_stack", SafeStack},
  };
  return kAll;
}

}  // namespace fencepost::bench
