#include "campaign/determinism/run_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "campaign/text.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNothingMore = "nothing more";

Json ChoiceJson(const sim::Choice& choice) {
  return {sim::ChoiceKindName(choice.kind),
          choice.point.text(),
          choice.chosen.text(),
          choice.index,
          choice.count,
          choice.bits};
}

sim::Choice ChoiceFromJson(const Json& json) {
  const auto kind = sim::ChoiceKindNamed(json.at(0).get<std::string>());
  sim::Choice choice;
  choice.kind = kind.value();
  choice.point = sim::Label::Of(json.at(1).get<std::string>());
  choice.chosen = sim::Label::Of(json.at(2).get<std::string>());
  choice.index = json.at(3);
  choice.count = json.at(4);
  choice.bits = json.at(5);
  return choice;
}

Json EntryJson(const sim::TimelineEntry& entry) {
  return {entry.at.nanos(), entry.column, static_cast<int>(entry.mark), entry.text};
}

sim::TimelineEntry EntryFromJson(const Json& json) {
  return {sim::VirtualTime(std::chrono::nanoseconds(json.at(0).get<std::int64_t>())), json.at(1),
          static_cast<sim::TimelineMark>(json.at(2).get<int>()), json.at(3)};
}

std::string ChoiceText(const sim::Choice& choice) {
  const std::string point =
      fmt::format("{} \"{}\"", sim::ChoiceKindName(choice.kind), choice.point.text());
  if (choice.is_bits()) return fmt::format("{}: {:#x}", point, choice.bits);
  return fmt::format("{}: {}", point, choice.chosen.text());
}

std::string ChoiceText(const sim::Trace& trace, std::size_t step) {
  if (step >= trace.choices().size()) return std::string(kNothingMore);
  return ChoiceText(trace.choices()[step]);
}

std::string EntryText(const sim::Timeline& timeline, std::size_t index) {
  if (index >= timeline.size()) return std::string(kNothingMore);
  const sim::TimelineEntry& entry = timeline[index];
  return fmt::format("{} {}: {}", DurationText(absl::Nanoseconds(entry.at.nanos())), entry.column,
                     entry.text);
}

bool Same(const sim::TimelineEntry& a, const sim::TimelineEntry& b) {
  return a.at == b.at && a.column == b.column && a.mark == b.mark && a.text == b.text;
}

// The first entry that is drawn otherwise is the event that differs: each event is one entry.
void SayWhatWasDrawn(const RunTrace& here, const RunTrace& there, RunDifference& difference) {
  const auto& a = here.timeline;
  const auto& b = there.timeline;
  const auto index = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end(), Same).first - a.begin());
  if (index >= a.size() && index >= b.size()) {
    difference.here = difference.there = "drawn alike: what differs is not drawn";
    return;
  }
  difference.here = EntryText(a, index);
  difference.there = EntryText(b, index);
}

}  // namespace

RunTrace TraceOf(const Runner& runner) { return {runner.trace(), runner.timeline()}; }

std::string ToLine(const RunTrace& run) {
  Json json;
  json["choices"] = Json::array();
  for (const sim::Choice& choice : run.trace.choices()) {
    json["choices"].push_back(ChoiceJson(choice));
  }
  json["events_before"] = Json::array();
  for (const sim::Checkpoint& checkpoint : run.trace.checkpoints()) {
    json["events_before"].push_back(checkpoint.events);
  }
  json["events"] = run.trace.events();
  json["timeline"] = Json::array();
  for (const sim::TimelineEntry& entry : run.timeline) json["timeline"].push_back(EntryJson(entry));
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

absl::StatusOr<RunTrace> RunTraceFromLine(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    const Json& choices = json.at("choices");
    const Json& events = json.at("events");
    RunTrace run;
    std::size_t event = 0;
    const auto add_events_up_to = [&](std::size_t end) {
      for (; event < end; ++event) run.trace.AddEvent(events.at(event));
    };
    for (std::size_t step = 0; step < choices.size(); ++step) {
      add_events_up_to(json.at("events_before").at(step));
      run.trace.Add(ChoiceFromJson(choices[step]));
    }
    add_events_up_to(events.size());
    for (const Json& entry : json.at("timeline")) run.timeline.push_back(EntryFromJson(entry));
    return run;
  } catch (const std::exception& error) {
    return absl::DataLossError(std::string("not a run's trace: ") + error.what());
  }
}

std::optional<RunDifference> DifferenceOf(const RunTrace& here, const RunTrace& there) {
  const auto found = sim::FirstDifference(here.trace, there.trace);
  if (!found) return std::nullopt;
  RunDifference difference;
  difference.step = found->step;
  difference.event = found->event;
  if (!found->event) {
    difference.where = fmt::format("choice {}", found->step + 1);
    difference.here = ChoiceText(here.trace, found->step);
    difference.there = ChoiceText(there.trace, found->step);
    return difference;
  }
  const std::string before = found->step == 0
                                 ? "before any choice"
                                 : fmt::format("behind choice {} ({})", found->step,
                                               ChoiceText(here.trace, found->step - 1));
  difference.where = fmt::format("event {}, {}", *found->event + 1, before);
  SayWhatWasDrawn(here, there, difference);
  return difference;
}

}  // namespace fencepost::campaign
