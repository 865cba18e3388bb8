#include "tests/sim/engine/soundness/program_generator.h"

#include <algorithm>

namespace fencepost::sim {
namespace {

// A program draws from a few kinds of instructions, so that those which it has meet each other
// (swarm testing: Groce et al., ISSTA 2012).
std::vector<Op> DrawOps(Random& random) {
  std::vector<Op> ops;
  const std::uint32_t kinds = 2 + random.Below(5);
  for (std::uint32_t i = 0; i < kinds; ++i) {
    ops.push_back(static_cast<Op>(random.Below(static_cast<std::uint32_t>(kOps))));
  }
  ops.push_back(Op::kAdd);
  return ops;
}

std::vector<Instruction> DrawInstructions(Random& random, const std::vector<Op>& ops,
                                          std::uint32_t count) {
  std::vector<Instruction> instructions;
  for (std::uint32_t i = 0; i < count; ++i) {
    Instruction instruction{ops[random.Below(static_cast<std::uint32_t>(ops.size()))],
                            static_cast<int>(random.Below(4))};
    const std::uint32_t before = random.Below(8);
    if (before == 0) instruction.before = Before::kYieldsUntouched;
    if (before == 1 || before == 2) instruction.before = Before::kSameStep;
    // What touches the process's memory may not follow a promise that it will not be touched.
    if (instruction.op == Op::kMemory) instruction.before = Before::kYields;
    instructions.push_back(instruction);
    if (instruction.op == Op::kLock && random.Below(2) == 0) {
      instructions.push_back({Op::kAdd, static_cast<int>(random.Below(2))});
      instructions.push_back({Op::kUnlock, instruction.argument});
    }
  }
  return instructions;
}

}  // namespace

Drawn DrawProgram(std::uint64_t seed) {
  Random random(seed);
  Drawn drawn;
  SmallProgram& program = drawn.program;
  const std::vector<Op> ops = DrawOps(random);
  program.timer_race = random.Below(4) == 0;
  program.quiet_end = random.Below(8) == 0;
  const std::uint32_t tasks = 2 + random.Below(3);
  const std::uint32_t processes = 1 + random.Below(tasks);
  const bool daemons = random.Below(3) == 0;
  const bool later = random.Below(3) == 0;
  const std::uint32_t most = tasks == 2 ? 4 : tasks == 3 ? 3 : 2;
  for (std::uint32_t i = 0; i < tasks; ++i) {
    ProgramTask task;
    task.process = static_cast<int>(random.Below(processes + 1) == 0 ? random.Below(processes)
                                                                     : i % processes);
    if (daemons && random.Below(2) == 0) task.started = Started::kByRootAsDaemon;
    if (later && i > 0 && random.Below(2) == 0) task.started = Started::kLater;
    task.body = DrawInstructions(random, ops, 1 + random.Below(most));
    if (random.Below(4) == 0) {
      task.on_cancellation = DrawInstructions(random, ops, 1 + random.Below(2));
    }
    program.tasks.push_back(std::move(task));
  }
  if (random.Below(6) == 0) drawn.bounds.faults = random.Below(3);
  drawn.bounds.executions = 20'000;
  return drawn;
}

}  // namespace fencepost::sim
