#include "campaign/determinism/replay_comparison.h"

namespace fencepost::campaign {

ReplayComparison Compare(const sim::ReplayFile& file, const sim::Trace& trace,
                         const std::optional<sim::Parting>& parting) {
  ReplayComparison comparison;
  comparison.hash = trace.hash();
  comparison.same_hash = !parting && trace.hash() == file.hash;
  comparison.parting = parting;
  if (comparison.same_hash || file.checkpoints.empty()) return comparison;
  const auto checkpoints = trace.checkpoints();
  std::size_t step = 0;
  while (step < checkpoints.size() && step < file.checkpoints.size() &&
         checkpoints[step].hash == file.checkpoints[step]) {
    ++step;
  }
  // With a parting, an event that differed before it is what it comes from.
  if (parting && step >= parting->step) return comparison;
  comparison.differs_before_choice = step;
  comparison.events_before =
      step < checkpoints.size() ? checkpoints[step].events : trace.events().size();
  return comparison;
}

Verdict VerdictOf(const RunReport& report, const ReplayComparison& comparison, bool go_on) {
  const Verdict of_run = VerdictOf(report);
  if (of_run != Verdict::kClean) return of_run;
  if (comparison.parting) return go_on ? of_run : Verdict::kParted;
  return comparison.same_hash ? of_run : Verdict::kParted;
}

}  // namespace fencepost::campaign
