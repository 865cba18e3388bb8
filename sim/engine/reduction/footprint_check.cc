#include "sim/engine/reduction/footprint_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/reduction/recorded_steps.h"

namespace fencepost::sim {
namespace {

using Steps = std::vector<RecordedStep>;

// The plain search, with the steps of each execution and their causal order.
class RecordingSearch : public Exhaustive {
 public:
  using Exhaustive::Exhaustive;

  const StepRecorder& recorder() const { return recorder_; }

  bool BeginExecution() override {
    recorder_.BeginExecution();
    return Exhaustive::BeginExecution();
  }
  uint32_t Choose(const ChoicePoint& point) override {
    const uint32_t chosen = Exhaustive::Choose(point);
    if (chosen != kStop && point.kind != ChoiceKind::kSchedule) recorder_.Decided(point, chosen);
    return chosen;
  }
  void EndExecution(End end) override {
    recorder_.FinishStep();
    Exhaustive::EndExecution(end);
  }
  StepObserver* step_observer() override { return &recorder_; }

 private:
  StepRecorder recorder_;
};

std::string NameOf(ObjectId object) {
  const auto kind = static_cast<uint8_t>(object.value >> 56);
  const std::string number = std::to_string(object.value & ((uint64_t{1} << 56) - 1));
  switch (static_cast<ObjectKind>(kind)) {
    case ObjectKind::kLife:
      return "whether process " + number + " lives";
    case ObjectKind::kMemory:
      return "the memory of process " + number;
    case ObjectKind::kTask:
      return "whether a task has finished";
    case ObjectKind::kTaskCount:
      return "how many tasks were started";
    case ObjectKind::kEnd:
      return "what keeps the execution alive";
    case ObjectKind::kFirstOfTheWorld:
      break;
  }
  return "object " + number + " of kind " +
         std::to_string(kind - static_cast<int>(ObjectKind::kFirstOfTheWorld)) +
         " after kFirstOfTheWorld";
}

std::string NameOf(const Touched& touched) {
  constexpr std::array<std::string_view, 3> kAccesses = {"reads ", "changes a part of ", "writes "};
  return std::string(kAccesses[static_cast<size_t>(touched.access)]) + NameOf(touched.object);
}

DeclaredStep DeclarationOf(const StepRecorder& recorder, size_t step) {
  const RecordedStep& recorded = recorder.steps()[step];
  const Footprint footprint = recorder.order().FootprintOf(step);
  DeclaredStep declared{
      std::string(recorded.task.text()), std::string(recorded.what.text()), footprint.global, {}};
  for (const Touched& touched : footprint.touched) declared.touched.push_back(NameOf(touched));
  return declared;
}

std::string EndOf(const ProgramRun& run, StepReplay& replay) {
  std::string end = run(replay).value_or("");
  if (replay.parted_at()) {
    end = "the execution cannot go on as before from step " + std::to_string(*replay.parted_at());
  }
  return end;
}

// Exchanges the steps `at` and `at` + 1.
std::optional<UndeclaredDependency> Exchange(const ProgramRun& run, const StepRecorder& ran,
                                             const std::string& end, size_t at) {
  Steps steps = ran.steps();
  std::swap(steps[at], steps[at + 1]);
  StepReplay replay(std::move(steps));
  const std::string other = EndOf(run, replay);
  if (other == end) return std::nullopt;
  return UndeclaredDependency{DeclarationOf(ran, at), DeclarationOf(ran, at + 1), at, end, other};
}

std::optional<UndeclaredDependency> AnyExchangeThatMatters(const ProgramRun& run,
                                                           const StepRecorder& ran,
                                                           const std::string& end) {
  for (size_t at = 0; at + 1 < ran.steps().size(); ++at) {
    if (ran.order().Precedes(at, at + 1)) continue;
    if (auto found = Exchange(run, ran, end, at)) return found;
  }
  return std::nullopt;
}

// The place of the step of `steps`, from `from` on, that is `wanted`: the task's next one.
size_t PlaceOf(const Steps& steps, size_t from, Label task) {
  const auto found = std::find_if(steps.begin() + static_cast<ptrdiff_t>(from), steps.end(),
                                  [task](const RecordedStep& step) { return step.task == task; });
  return static_cast<size_t>(found - steps.begin());
}

// The two executions have one causal order and different ends. Brings the steps of `from` into the
// order of `to`, one exchange of neighbours after the other, until the end changes.
std::optional<UndeclaredDependency> FirstExchangeThatMatters(const ProgramRun& run, Steps from,
                                                             const Steps& to) {
  StepReplay original(from);
  const std::string end = EndOf(run, original);
  for (size_t place = 0; place < to.size(); ++place) {
    size_t at = PlaceOf(from, place, to[place].task);
    if (at == from.size()) return std::nullopt;
    for (; at > place; --at) {
      StepReplay before(from);
      EndOf(run, before);
      if (auto found = Exchange(run, before.recorder(), end, at - 1)) return found;
      std::swap(from[at - 1], from[at]);
    }
  }
  return std::nullopt;
}

struct Execution {
  std::string end;
  Steps steps;
};
using ByTrace = std::map<std::pair<uint64_t, uint64_t>, Execution>;

std::optional<UndeclaredDependency> SearchPlainly(const ProgramRun& run, RecordingSearch& plain,
                                                  ByTrace& known, std::set<std::string>& ends) {
  for (;;) {
    const std::optional<std::string> end = run(plain);
    if (!end) return std::nullopt;
    ends.insert(*end);
    const StepRecorder& recorder = plain.recorder();
    const HappensBefore::Name name = recorder.order().Signature();
    const auto [trace, first] =
        known.try_emplace(std::pair(name.high, name.low), Execution{*end, recorder.steps()});
    std::optional<UndeclaredDependency> found;
    if (first) {
      found = AnyExchangeThatMatters(run, recorder, *end);
    } else if (trace->second.end != *end) {
      found = FirstExchangeThatMatters(run, trace->second.steps, recorder.steps());
    }
    if (found) return found;
  }
}

FootprintCheck::Reduced Reduce(const ProgramRun& run, Reduction reduction,
                               const ExhaustiveBounds& bounds, const std::set<std::string>& ends) {
  const auto search = MakeSearch(reduction, bounds);
  std::set<std::string> reached;
  for (;;) {
    std::optional<std::string> end = run(search->strategy());
    if (!end) break;
    if (!search->last_was_redundant()) reached.insert(*std::move(end));
  }
  FootprintCheck::Reduced reduced{reduction, search->report(), {}};
  std::set_difference(ends.begin(), ends.end(), reached.begin(), reached.end(),
                      std::back_inserter(reduced.missed));
  return reduced;
}

std::string TextOf(const DeclaredStep& step) {
  std::string text = "  " + step.task + " at \"" + step.what + "\" ";
  if (step.global) return text + "depends on everything\n";
  if (step.touched.empty()) return text + "touches nothing\n";
  for (size_t i = 0; i < step.touched.size(); ++i) {
    if (i > 0) text += i + 1 < step.touched.size() ? ", " : " and ";
    text += step.touched[i];
  }
  return text + "\n";
}

}  // namespace

bool FootprintCheck::passed() const {
  return !dependency && plain.complete_within_bounds() &&
         std::all_of(reduced.begin(), reduced.end(), [](const Reduced& each) {
           return each.missed.empty() && each.report.complete_within_bounds();
         });
}

bool FootprintCheck::missed_an_end() const {
  return std::any_of(reduced.begin(), reduced.end(), [](const Reduced& each) {
    return each.report.complete_within_bounds() && !each.missed.empty();
  });
}

std::string FootprintCheck::Text() const {
  std::string text = "plain search: " + plain.Sentence() + ", " + std::to_string(ends) + " ends\n";
  for (const Reduced& each : reduced) {
    text += std::string(ReductionName(each.reduction)) + ": " + each.report.Sentence() + ", " +
            std::to_string(each.missed.size()) + " ends missed\n";
  }
  if (!dependency) {
    return text + (passed() ? "no undeclared dependency\n"
                            : "no undeclared dependency in the executions that were compared\n");
  }
  return text +
         "UNDECLARED DEPENDENCY: the order of two steps matters, but by what they declared "
         "they are independent.\nStep " +
         std::to_string(dependency->step) + " and the one behind it:\n" +
         TextOf(dependency->first) + TextOf(dependency->second) +
         "In this order: " + dependency->end + "\nIn the other:  " + dependency->other_end +
         "\nOne of them touches something that it does not declare with Engine::Touch.\n";
}

FootprintCheck CheckFootprints(const ProgramRun& run, const ExhaustiveBounds& bounds) {
  FootprintCheck check;
  RecordingSearch plain(bounds);
  ByTrace known;
  std::set<std::string> ends;
  check.dependency = SearchPlainly(run, plain, known, ends);
  check.plain = plain.report();
  check.ends = ends.size();
  if (check.dependency) return check;
  for (const Reduction reduction : {Reduction::kPartialOrder, Reduction::kStates}) {
    if (!WhyUnsound(reduction, bounds).empty()) continue;
    check.reduced.push_back(Reduce(run, reduction, bounds, ends));
  }
  return check;
}

}  // namespace fencepost::sim
