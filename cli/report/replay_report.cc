#include "cli/report/replay_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "campaign/revision.h"
#include "campaign/text.h"
#include "cli/report/json_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/run_page.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::HashText;
using campaign::ReplayComparison;
using campaign::Revision;

std::string ChoiceText(const sim::ReplayFile& file, std::size_t index) {
  if (index >= file.choices.size()) return "the end of the run";
  const sim::Choice& choice = file.choices[index];
  const std::string start = fmt::format("choice {} ({} \"{}\"", index + 1,
                                        sim::ChoiceKindName(choice.kind), choice.point.text());
  return choice.is_bits() ? start + ")" : fmt::format("{}: {})", start, choice.chosen.text());
}

// Says between which two recorded choices the first event lies that differs.
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

// A run that needs more choices than were recorded parts after the last of them.
std::string PlaceOf(const sim::Parting& parting, const sim::ReplayFile& file) {
  if (parting.step < file.choices.size()) {
    return fmt::format("at step {} of {}", parting.step + 1, file.choices.size());
  }
  return fmt::format("after the last of its {} steps", file.choices.size());
}

std::string ComparisonText(const sim::ReplayFile& file, const ReplayComparison& comparison,
                           const DrawStyle& style) {
  std::vector<std::string> paragraphs;
  if (comparison.same_hash) {
    paragraphs.push_back("the same run as recorded: hash " + HashText(comparison.hash));
  } else if (comparison.parting) {
    const sim::Parting& parting = *comparison.parting;
    paragraphs.push_back(
        fmt::format("parted from the recording {}: {}", PlaceOf(parting, file), parting.why));
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

// recorded_hash, recorded_property, recorded_revision, same_hash, parting, first_difference.
void AddComparison(const sim::ReplayFile& file, const ReplayComparison& comparison, Json& json) {
  json["recorded_hash"] = HashText(file.hash);
  json["recorded_property"] = file.property;
  json["recorded_revision"] = file.revision;
  json["same_hash"] = comparison.same_hash;
  json["parting"] = nullptr;
  if (const auto& parting = comparison.parting) {
    json["parting"] = Json::Object({{"step", parting->step},
                                    {"expected", parting->expected},
                                    {"found", parting->found},
                                    {"why", parting->why}});
  }
  json["first_difference"] = nullptr;
  if (comparison.differs_before_choice) {
    json["first_difference"] = Json::Object({{"before_choice", *comparison.differs_before_choice},
                                             {"events_before", comparison.events_before},
                                             {"text", DifferenceText(file, comparison)}});
  }
}

}  // namespace

void ShowReplay(const ShownReplay& replay, const Output& output) {
  if (output.json) {
    Json json = RunJson(*replay.recorded.scenario, replay.recorded.options, replay.report,
                        replay.timeline, replay.verdict, output);
    AddComparison(replay.file, replay.comparison, json);
    json["replay"] = replay.path;
    json["command"] = replay.command;
    PrintJson(json);
    return;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, output.ascii);
  const std::string page = replay.command + "\n" + std::string(replay.recorded.scenario->claim) +
                           "\n" + ComparisonText(replay.file, replay.comparison, style) + "\n" +
                           RunPage(replay.report, replay.timeline, style);
  std::fputs(page.c_str(), stdout);
}

}  // namespace fencepost::cli
