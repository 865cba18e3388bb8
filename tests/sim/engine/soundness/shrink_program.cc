#include "tests/sim/engine/soundness/shrink_program.h"

#include <utility>

namespace fencepost::sim {
namespace {

// Each program that is smaller by one thing.
std::vector<SmallProgram> Smaller(const SmallProgram& program) {
  std::vector<SmallProgram> candidates;
  const auto add = [&](auto change) {
    SmallProgram candidate = program;
    change(candidate);
    candidates.push_back(std::move(candidate));
  };
  for (std::size_t task = 0; task < program.tasks.size(); ++task) {
    if (program.tasks.size() > 1) {
      add([&](SmallProgram& p) { p.tasks.erase(p.tasks.begin() + static_cast<long>(task)); });
    }
    for (const auto part : {&ProgramTask::body, &ProgramTask::on_cancellation}) {
      for (std::size_t i = 0; i < (program.tasks[task].*part).size(); ++i) {
        const Instruction& instruction = (program.tasks[task].*part)[i];
        add([&](SmallProgram& p) {
          auto& instructions = p.tasks[task].*part;
          instructions.erase(instructions.begin() + static_cast<long>(i));
        });
        if (instruction.before == Before::kYieldsUntouched) {
          add([&](SmallProgram& p) { (p.tasks[task].*part)[i].before = Before::kYields; });
        }
        if (instruction.argument > 0) {
          add([&](SmallProgram& p) { --(p.tasks[task].*part)[i].argument; });
        }
      }
    }
    if (program.tasks[task].started == Started::kByRootAsDaemon) {
      add([&](SmallProgram& p) { p.tasks[task].started = Started::kByRoot; });
    }
  }
  if (program.timer_race) add([](SmallProgram& p) { p.timer_race = false; });
  if (program.quiet_end) add([](SmallProgram& p) { p.quiet_end = false; });
  return candidates;
}

}  // namespace

SmallProgram Shrink(SmallProgram program, const std::function<bool(const SmallProgram&)>& holds) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (SmallProgram& candidate : Smaller(program)) {
      if (!holds(candidate)) continue;
      program = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return program;
}

}  // namespace fencepost::sim
