#include "campaign/bisect/judge.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/status/status.h"
#include "campaign/commands_to_repeat.h"
#include "scenarios/run/runner.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

// The place after the last decision that is not the default: what comes later happens by default.
std::size_t DecisionsEnd(const sim::ReplayFile& file) {
  for (std::size_t i = file.choices.size(); i > 0; --i) {
    const sim::Choice& choice = file.choices[i - 1];
    if (choice.is_bits() ? choice.bits != 0 : choice.index != 0) return i;
  }
  return 0;
}

// The text of a field; empty if it is missing, null or something else.
std::string Text(const Json& json, const char* field) {
  const auto found = json.find(field);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<std::size_t> PartingStep(const Json& json) {
  const auto parting = json.find("parting");
  if (parting == json.end() || !parting->is_object()) return std::nullopt;
  const auto step = parting->find("step");
  if (step == parting->end() || !step->is_number_unsigned()) return 0;
  return step->get<std::size_t>();
}

std::string LastLine(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t begin = text.find_last_of('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? -1 : begin));
}

Judgement NoReport(std::string_view what, const ProcessResult& process) {
  const std::string said = LastLine(process.err);
  return {CommitVerdict::kUntestable,
          fmt::format("the {} gave no report (exit code {}){}", what, process.exit_code,
                      said.empty() ? "" : ": " + said)};
}

// Conformance is judged only where it is what broke, so that older programs, which do not know the
// option, can replay the other recordings.
bool LooksForConformance(const sim::ReplayFile& file) {
  return file.property == kConformanceProperty;
}

Judgement JudgeBroken(const sim::ReplayFile& file, const std::string& broken) {
  if (broken == *file.property) return {CommitVerdict::kBad, broken + " breaks"};
  return {CommitVerdict::kUntestable, fmt::format("{} breaks, not {}", broken, *file.property)};
}

}  // namespace

std::string_view CommitVerdictName(CommitVerdict verdict) {
  switch (verdict) {
    case CommitVerdict::kGood:
      return "good";
    case CommitVerdict::kBad:
      return "bad";
    case CommitVerdict::kUntestable:
      return "untestable";
  }
  return "";
}

Judgement JudgeReplay(const sim::ReplayFile& file, const ProcessResult& replay) {
  const Json json = Json::parse(replay.out, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("end")) return NoReport("replay", replay);
  if (const std::string broken = Text(json, "property"); !broken.empty()) {
    return JudgeBroken(file, broken);
  }
  if (LooksForConformance(file) && !(json.contains("conform") && json["conform"] == true)) {
    return {CommitVerdict::kUntestable, "it does not judge conformance"};
  }
  const auto parted = PartingStep(json);
  const std::size_t decisions_end = DecisionsEnd(file);
  if (parted && *parted < decisions_end) {
    return {CommitVerdict::kUntestable,
            fmt::format("the run parts from the recording at choice {}, before its last decision "
                        "(choice {})",
                        *parted + 1, decisions_end),
            /*parted=*/true};
  }
  return {CommitVerdict::kGood,
          fmt::format("every decision was made, and {} holds", *file.property)};
}

std::string SearchCommand(const std::string& program, const sim::ReplayFile& file,
                          std::uint64_t seeds) {
  std::string command = fmt::format("{} fuzz {} --seeds 1..{} --json --replay-dir build/bisect",
                                    program, ShellWord(file.scenario), seeds);
  for (const auto& [name, value] : file.parameters) {
    if (name == "swarm") continue;  // fuzz draws its faults in any case
    command += fmt::format(" {} {}", ShellWord("--" + name), ShellWord(value));
  }
  if (LooksForConformance(file)) command += " --conform";
  return command;
}

Judgement JudgeSearch(const sim::ReplayFile& file, const Judgement& replay, std::uint64_t seeds,
                      const ProcessResult& search) {
  const Json json = Json::parse(search.out, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("failure")) return NoReport("search", search);
  const Json& failure = json["failure"];
  if (failure.is_object()) {
    Judgement broken = JudgeBroken(file, Text(failure, "property"));
    broken.why += " in a search";
    return broken;
  }
  return {CommitVerdict::kGood,
          fmt::format("{}, and {} holds under {} seeds", replay.why, *file.property, seeds)};
}

absl::StatusOr<Judgement> JudgeExitCode(int exit_code) {
  constexpr int kUntestable = 125;
  const std::string why = fmt::format("exit code {}", exit_code);
  if (exit_code == 0) return Judgement{CommitVerdict::kGood, why};
  if (exit_code == kUntestable) return Judgement{CommitVerdict::kUntestable, why};
  if (exit_code < kUntestable) return Judgement{CommitVerdict::kBad, why};
  return absl::FailedPreconditionError(
      fmt::format("the command of --run ended with exit code {}, which is no verdict", exit_code));
}

}  // namespace fencepost::campaign
