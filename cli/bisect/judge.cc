#include "cli/bisect/judge.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/status/status.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::json;

// Behind the last decision that is not the default; what comes then would happen anyway.
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
  if (!json.is_object() || !json.contains("end")) {
    const std::string said = LastLine(replay.err);
    return {CommitVerdict::kUntestable,
            fmt::format("the replay gave no report (exit code {}){}", replay.exit_code,
                        said.empty() ? "" : ": " + said)};
  }
  const std::string broken = Text(json, "property");
  if (broken == *file.property) return {CommitVerdict::kBad, broken + " breaks"};
  if (!broken.empty()) {
    return {CommitVerdict::kUntestable, fmt::format("{} breaks, not {}", broken, *file.property)};
  }
  const auto parted = PartingStep(json);
  const std::size_t decisions_end = DecisionsEnd(file);
  if (parted && *parted < decisions_end) {
    return {CommitVerdict::kUntestable,
            fmt::format("the run parts from the recording at choice {}, before its last decision "
                        "(choice {})",
                        *parted + 1, decisions_end)};
  }
  return {CommitVerdict::kGood,
          fmt::format("every decision was made, and {} holds", *file.property)};
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

}  // namespace fencepost::cli
