#include "cli/report/compare_replay.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "campaign/revision.h"
#include "cli/report/report_failure.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string ChoiceText(const sim::ReplayFile& file, std::size_t index) {
  if (index >= file.choices.size()) return "the end of the run";
  const sim::Choice& choice = file.choices[index];
  const std::string start = fmt::format("choice {} ({} \"{}\"", index + 1,
                                        sim::ChoiceKindName(choice.kind), choice.point.text());
  return choice.is_bits() ? start + ")" : fmt::format("{}: {})", start, choice.chosen.text());
}

// Between which two recorded choices the first other event lies.
std::string DifferenceText(const sim::ReplayFile& file, const ReplayComparison& comparison) {
  if (!comparison.differs_before_choice) {
    return "the file has no running hashes, so the step at which they differ is not known";
  }
  const std::size_t step = *comparison.differs_before_choice;
  const std::string after = step == 0 ? "the start of the run" : ChoiceText(file, step - 1);
  return fmt::format(
      "the first event that differs lies between {} and {}; the replay had {} events "
      "up to there",
      after, ChoiceText(file, step), comparison.events_before);
}

}  // namespace

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

ExitCode ExitCodeOf(const RunReport& report, const ReplayComparison& comparison, bool go_on) {
  const ExitCode of_run = ExitCodeOf(report);
  if (of_run != ExitCode::kClean) return of_run;
  if (comparison.parting) return go_on ? of_run : ExitCode::kParted;
  return comparison.same_hash ? of_run : ExitCode::kParted;
}

std::string ComparisonText(const sim::ReplayFile& file, const ReplayComparison& comparison,
                           const DrawStyle& style) {
  std::vector<std::string> paragraphs;
  if (comparison.same_hash) {
    paragraphs.push_back("the same run as recorded: hash " + HashText(comparison.hash));
  } else if (comparison.parting) {
    const sim::Parting& parting = *comparison.parting;
    paragraphs.push_back(fmt::format("parted from the recording at step {} of {}: {}",
                                     parting.step + 1, file.choices.size(), parting.why));
    paragraphs.push_back("  recorded: " + parting.expected);
    paragraphs.push_back("  here:     " + parting.found);
    if (comparison.differs_before_choice) {
      paragraphs.push_back("before that, " + DifferenceText(file, comparison));
    }
  } else {
    paragraphs.push_back(fmt::format("not the same run as recorded: hash {}, recorded {}",
                                     HashText(comparison.hash), HashText(file.hash)));
    paragraphs.push_back(DifferenceText(file, comparison));
  }
  if (file.revision != Revision()) {
    paragraphs.push_back(
        fmt::format("recorded at revision {}; this is revision {}", file.revision, Revision()));
  }
  std::string text;
  for (const std::string& paragraph : paragraphs) {
    for (const auto& line : Wrapped(Printable(paragraph, style.unicode), style.width, 4)) {
      text += line + "\n";
    }
  }
  return comparison.same_hash ? text : text + "usual causes:\n" + UsualCauses();
}

void AddComparison(const sim::ReplayFile& file, const ReplayComparison& comparison, Json& json) {
  json["recorded_hash"] = HashText(file.hash);
  json["recorded_property"] = file.property ? Json(*file.property) : Json();
  json["recorded_revision"] = file.revision;
  json["same_hash"] = comparison.same_hash;
  json["parting"] = nullptr;
  if (const auto& parting = comparison.parting) {
    json["parting"] = {{"step", parting->step},
                       {"expected", parting->expected},
                       {"found", parting->found},
                       {"why", parting->why}};
  }
  json["first_difference"] = nullptr;
  if (comparison.differs_before_choice) {
    json["first_difference"] = {{"before_choice", *comparison.differs_before_choice},
                                {"events_before", comparison.events_before},
                                {"text", DifferenceText(file, comparison)}};
  }
}

}  // namespace fencepost::cli
