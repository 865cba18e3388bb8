#include "tests/sim/engine/soundness/comparison.h"

#include "sim/engine/engine.h"
#include "tests/sim/engine/soundness/machine.h"

namespace fencepost::sim {
namespace {

EngineOptions OptionsOf(const SmallProgram& program) {
  EngineOptions options;
  options.step_limit = 1'000;
  options.timer_race_weight = program.timer_race ? 1 : 0;
  return options;
}

std::string FirstMissing(const EndStates& from, const EndStates& in) {
  for (const std::string& end : from) {
    if (!in.contains(end)) return end;
  }
  return {};
}

}  // namespace

std::optional<Enumerated> EnumerateEnds(const SmallProgram& program, EnumerationBounds bounds) {
  Engine engine(OptionsOf(program));
  PlainEnumeration enumeration(bounds);
  Enumerated enumerated;
  for (;;) {
    Machine machine(engine, program);
    const ExecutionResult result = engine.Execute(enumeration, [&machine] { machine.Run(); });
    if (result.end == End::kExhausted) break;
    enumerated.ends.insert(machine.EndState(result));
  }
  enumerated.executions = enumeration.executions();
  if (!enumeration.complete()) return std::nullopt;
  return enumerated;
}

Searched SearchEnds(const SmallProgram& program, Reduction reduction, EnumerationBounds bounds) {
  ExhaustiveBounds search_bounds;
  search_bounds.max_faults = bounds.faults;
  search_bounds.max_preemptions = bounds.preemptions;
  Engine engine(OptionsOf(program));
  const auto search = MakeSearch(reduction, search_bounds);
  Searched searched;
  for (;;) {
    Machine machine(engine, program);
    const ExecutionResult result =
        engine.Execute(search->strategy(), [&machine] { machine.Run(); });
    if (result.end == End::kExhausted) break;
    if (!search->last_was_redundant()) searched.ends.insert(machine.EndState(result));
  }
  searched.report = search->report();
  return searched;
}

std::string DifferenceOf(const Enumerated& plain, const Searched& reduced) {
  // Random bits have one value in both searches, so they spoil no comparison.
  ExhaustiveReport report = reduced.report;
  report.random_bits = 0;
  if (!report.complete_within_bounds()) return report.Sentence();
  if (report.executions > plain.executions) {
    return "it ran " + std::to_string(report.executions) + " executions of " +
           std::to_string(plain.executions);
  }
  const std::string missed = FirstMissing(plain.ends, reduced.ends);
  if (!missed.empty()) return "it missed the end \"" + missed + "\"";
  const std::string made_up = FirstMissing(reduced.ends, plain.ends);
  if (!made_up.empty()) return "it made up the end \"" + made_up + "\"";
  return {};
}

}  // namespace fencepost::sim
