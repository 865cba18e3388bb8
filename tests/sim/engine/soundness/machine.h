// Machine: runs one execution of a SmallProgram and tells how it ended.
//
// What the tasks share is declared with Engine::Touch. What belongs to a process is not, since the
// engine declares that itself.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/engine.h"
#include "tests/sim/engine/soundness/small_program.h"

namespace fencepost::sim {

class Machine {
 public:
  // Both must outlive the machine, which serves one execution.
  Machine(Engine& engine, const SmallProgram& program) : engine_(engine), program_(program) {}

  // The root of the execution.
  void Run();
  // Everything that the program can tell at its end: two ends are the same if this is.
  std::string EndState(const ExecutionResult& result) const;

 private:
  static constexpr int kVariables = 2;

  // What one task has for itself.
  struct Local {
    std::size_t index;  // in the program
    ProcessId process;
    long long own = 1;
    TaskId child{0};
    std::set<int> held;  // locks
  };

  TaskId Start(std::size_t index, ProcessId process, bool daemon);
  void Main(std::size_t index, ProcessId process);
  ProcessId ProcessNumbered(int argument) const;
  Wake Do(Local& local, const Instruction& instruction);
  Wake Lock(Local& local, int lock, VirtualTime deadline);
  void Unlock(Local& local, int lock);
  void StartLater(Local& local, int argument, bool in_new_process);
  void Part(Local& local, int variable);
  Wake JoinRest(const Local& local);
  long long Decide(ChoiceKind kind);
  void Touch(int kind, int number, Access access);
  bool Odd(int variable);

  Engine& engine_;
  const SmallProgram& program_;
  std::vector<ProcessId> processes_;
  std::vector<TaskId> started_;      // by the root, without the daemons
  std::vector<TaskId> all_started_;  // by the root
  long long variables_[kVariables] = {};
  bool locked_[kVariables] = {};
  std::deque<WaitQueue> queues_{kVariables};
  std::deque<WaitQueue> signals_{kVariables};
  std::set<long long> set_;
  std::map<std::uint32_t, long long> memory_;  // of each process
  std::map<std::string, long long> own_;       // of each task, at its end
};

}  // namespace fencepost::sim
