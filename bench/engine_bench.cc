// What the engine costs over the bare fibers it is made of.
//
// One execution: 4 activities, 7 scheduling points each (28 in all), a compare-and-set in memory
// at each, a random scheduler and a recorded trace. Two baselines are written by hand for exactly
// this workload, with Boost.Context's public fiber:
//   BareFiberLoop    the floor: four fibers that live for ever, a trace of indices, nothing else
//   CarefulFiberLoop what any runner must do besides: new fibers (pooled stacks) in each
//                    execution, the C++ exception state kept per fiber, a trace of names with a
//                    running hash
#include <benchmark/benchmark.h>
#include <cxxabi.h>
#include <unistd.h>

#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/random.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/trace.h"

namespace fencepost::sim {
namespace {

constexpr int kActivities = 4;
constexpr int kYields = 6;  // and the end of the activity is its seventh scheduling point

// What an activity does between two points.
void CompareAndSet(uint64_t& row, uint64_t& seen) {
  if (row == seen) ++row;
  seen = row;
}

double ResidentKilobytes() {
  long pages_total = 0;
  long pages_resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  const int fields = std::fscanf(file, "%ld %ld", &pages_total, &pages_resident);
  std::fclose(file);
  return fields == 2 ? static_cast<double>(pages_resident * sysconf(_SC_PAGESIZE)) / 1024 : 0;
}

class BareFiberLoop {
 public:
  BareFiberLoop() {
    for (auto& fiber : fibers_) {
      fiber = boost::context::fiber([this](boost::context::fiber&& scheduler) {
        while (!stopping_) {
          uint64_t seen = row_;
          for (int i = 0; i < kYields; ++i) {
            CompareAndSet(row_, seen);
            scheduler = std::move(scheduler).resume();
          }
          CompareAndSet(row_, seen);
          finished_ = true;
          scheduler = std::move(scheduler).resume();
        }
        return std::move(scheduler);
      });
    }
  }

  ~BareFiberLoop() {
    stopping_ = true;
    for (auto& fiber : fibers_) fiber = std::move(fiber).resume();
  }

  void Execute(uint64_t seed) {
    random_.Seed(seed);
    trace_.clear();
    row_ = 0;
    uint32_t runnable[kActivities] = {0, 1, 2, 3};
    uint32_t count = kActivities;
    while (count > 0) {
      const uint32_t index = count > 1 ? random_.Below(count) : 0;
      const uint32_t activity = runnable[index];
      trace_.push_back({activity, index, count});
      finished_ = false;
      fibers_[activity] = std::move(fibers_[activity]).resume();
      if (finished_) runnable[index] = runnable[--count];
    }
    benchmark::DoNotOptimize(trace_.data());
  }

  size_t points() const { return trace_.size(); }

 private:
  struct Step {
    uint32_t activity;
    uint32_t index;
    uint32_t count;
  };

  boost::context::fiber fibers_[kActivities];
  Random random_{0};
  std::vector<Step> trace_;
  uint64_t row_ = 0;
  bool finished_ = false;
  bool stopping_ = false;
};

// Hands out the stacks of finished fibers again.
class StackPool {
 public:
  boost::context::stack_context allocate() {
    if (free_.empty()) return boost::context::fixedsize_stack(64 * 1024).allocate();
    const boost::context::stack_context stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) { free_.push_back(stack); }

  ~StackPool() {
    for (auto& stack : free_) boost::context::fixedsize_stack(64 * 1024).deallocate(stack);
  }

 private:
  std::vector<boost::context::stack_context> free_;
};

class CarefulFiberLoop {
 public:
  void Execute(uint64_t seed) {
    random_.Seed(seed);
    trace_.Clear();
    row_ = 0;
    boost::context::fiber fibers[kActivities];
    ExceptionState states[kActivities] = {};
    for (auto& fiber : fibers) {
      fiber = boost::context::fiber(std::allocator_arg, PoolReference{&pool_},
                                    [this](boost::context::fiber&& scheduler) {
                                      uint64_t seen = row_;
                                      for (int i = 0; i < kYields; ++i) {
                                        CompareAndSet(row_, seen);
                                        scheduler = std::move(scheduler).resume();
                                      }
                                      CompareAndSet(row_, seen);
                                      return std::move(scheduler);
                                    });
    }
    auto* globals = reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
    uint32_t runnable[kActivities] = {0, 1, 2, 3};
    uint32_t count = kActivities;
    while (count > 0) {
      const uint32_t index = count > 1 ? random_.Below(count) : 0;
      const uint32_t activity = runnable[index];
      trace_.Add({ChoiceKind::kSchedule, step_, names_[activity], index, count, 0});
      const ExceptionState own = std::exchange(*globals, states[activity]);
      fibers[activity] = std::move(fibers[activity]).resume();
      states[activity] = std::exchange(*globals, own);
      if (!fibers[activity]) runnable[index] = runnable[--count];
    }
    benchmark::DoNotOptimize(trace_.hash());
  }

 private:
  struct ExceptionState {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  struct PoolReference {
    StackPool* pool;
    boost::context::stack_context allocate() { return pool->allocate(); }
    void deallocate(boost::context::stack_context& stack) { pool->deallocate(stack); }
  };

  StackPool pool_;
  Random random_{0};
  Trace trace_;
  const Label names_[kActivities] = {Label::Of("a"), Label::Of("b"), Label::Of("c"),
                                     Label::Of("d")};
  const Label step_ = Label::Of("step");
  uint64_t row_ = 0;
};

class EngineWorkload {
 public:
  ExecutionResult Execute(Strategy& strategy) {
    row_ = 0;
    return engine_.Execute(strategy, [this] {
      for (Label name : names_) {
        engine_.Spawn(ProcessId{0}, name, [this] {
          uint64_t seen = row_;
          for (int i = 0; i < kYields; ++i) {
            CompareAndSet(row_, seen);
            engine_.Yield(step_);
          }
          CompareAndSet(row_, seen);
        });
      }
    });
  }

 private:
  Engine engine_;
  const Label names_[kActivities] = {Label::Of("a"), Label::Of("b"), Label::Of("c"),
                                     Label::Of("d")};
  const Label step_ = Label::Of("step");
  uint64_t row_ = 0;
};

void BM_BareFiberLoop(benchmark::State& state) {
  BareFiberLoop loop;
  uint64_t seed = 0;
  for (auto _ : state) loop.Execute(++seed);
  state.SetItemsProcessed(state.iterations());
  state.counters["points"] = static_cast<double>(loop.points());
}
BENCHMARK(BM_BareFiberLoop);

void BM_CarefulFiberLoop(benchmark::State& state) {
  CarefulFiberLoop loop;
  uint64_t seed = 0;
  for (auto _ : state) loop.Execute(++seed);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_CarefulFiberLoop);

void BM_EngineRandomWalk(benchmark::State& state) {
  EngineWorkload workload;
  RandomWalk walk(0);
  uint64_t seed = 0;
  ExecutionResult result;
  for (auto _ : state) {
    walk.Reseed(++seed);
    result = workload.Execute(walk);
    benchmark::DoNotOptimize(result.hash);
  }
  if (result.end != End::kCompleted) state.SkipWithError("the execution did not complete");
  state.SetItemsProcessed(state.iterations());
  state.counters["points"] = static_cast<double>(result.steps);
}
BENCHMARK(BM_EngineRandomWalk);

void BM_EngineExhaustive(benchmark::State& state) {
  EngineWorkload workload;
  Exhaustive search;
  for (auto _ : state) {
    if (workload.Execute(search).end != End::kCompleted) state.SkipWithError("not completed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EngineExhaustive);

// The memory of a warm engine must not grow: resident kilobytes before and after a million
// executions.
void BM_MillionExecutionsMemory(benchmark::State& state) {
  EngineWorkload workload;
  RandomWalk walk(0);
  double before = 0;
  for (auto _ : state) {
    for (uint64_t seed = 0; seed < 1'000'000; ++seed) {
      if (seed == 1000) before = ResidentKilobytes();
      walk.Reseed(seed);
      workload.Execute(walk);
    }
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
  state.counters["rss_kb_before"] = before;
  state.counters["rss_kb_after"] = ResidentKilobytes();
}
BENCHMARK(BM_MillionExecutionsMemory)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fencepost::sim
