// fencepost check-log: do the safety properties hold in what an event log says?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/event_log_file.h"
#include "cli/report/json_report.h"
#include "cli/report/text.h"
#include "properties/property_set.h"

namespace fencepost::cli {
namespace {

// Safety properties for which a log does not have enough: the configured limits, and what the
// callers were told.
constexpr std::array<std::string_view, 2> kNotOfLogs = {"caps-held", "truthful-outcome"};

bool NeedsOnlyALog(const properties::Property& property) {
  return !property.convergence() &&
         std::find(kNotOfLogs.begin(), kNotOfLogs.end(), property.name()) == kNotOfLogs.end();
}

class Judgement : public models::EventLogListener {
 public:
  Judgement() : judges(OfLogs(properties::MakeAllProperties())) {}

  bool OnEvent(std::uint64_t line, const Event& event) override {
    ++events;
    judges.On(event);
    if (judges.violation().has_value()) broken_at = line;
    return !broken_at.has_value();
  }

  std::uint64_t events = 0;
  std::optional<std::uint64_t> broken_at;
  properties::PropertySet judges;

 private:
  using Properties = std::vector<std::unique_ptr<properties::Property>>;
  static Properties OfLogs(Properties all) {
    std::erase_if(all, [](const auto& property) { return !NeedsOnlyALog(*property); });
    return all;
  }
};

ExitCode CodeOf(const Judgement& judgement) {
  if (judgement.broken_at) return ExitCode::kPropertyBroken;
  return judgement.events == 0 ? ExitCode::kNoVerdict : ExitCode::kClean;
}

std::string Page(const std::string& path, const Judgement& judgement) {
  if (judgement.broken_at) {
    const properties::Violation& violation = *judgement.judges.violation();
    return fmt::format("{}, line {}: {} is broken\n{}\n{}\n", path, *judgement.broken_at,
                       violation.property, violation.sentence, violation.detail);
  }
  if (judgement.events == 0) return fmt::format("{}: there is no event to judge\n", path);
  std::string page =
      fmt::format("{}: {} events, and these properties hold\n", path, Grouped(judgement.events));
  for (const auto& property : judgement.judges.all()) {
    page += fmt::format("  {}\n", property->name());
  }
  return page;
}

Json Report(const std::string& path, const Judgement& judgement) {
  const ExitCode code = CodeOf(judgement);
  const auto& violation = judgement.judges.violation();
  Json names = Json::array();
  for (const auto& property : judgement.judges.all()) names.push_back(property->name());
  return {{"outcome", code == ExitCode::kClean            ? "clean"
                      : code == ExitCode::kPropertyBroken ? "property-broken"
                                                          : "no-verdict"},
          {"exit_code", static_cast<int>(code)},
          {"log", path},
          {"events", judgement.events},
          {"line", judgement.broken_at ? Json(*judgement.broken_at) : Json()},
          {"property", violation ? Json(violation->property) : Json()},
          {"sentence", violation ? Json(violation->sentence) : Json()},
          {"detail", violation ? Json(violation->detail) : Json()},
          {"properties", names}};
}

absl::StatusOr<ExitCode> CheckLog(const GivenArguments& given) {
  const std::string& path = given.names.front();
  Judgement judgement;
  if (absl::Status read = ReadEventLogFile(path, judgement); !read.ok()) return read;
  if (given.Has("--json")) {
    PrintJson(Report(path, judgement));
  } else {
    std::fputs(Page(path, judgement).c_str(), stdout);
  }
  return CodeOf(judgement);
}

}  // namespace

CommandSpec CheckLogCommand() {
  CommandSpec spec;
  spec.name = "check-log";
  spec.sentence = "Read an event log and judge it by the safety properties that need no more.";
  spec.positional = "LOG";
  spec.positional_meaning = "an event log, such as fencepost run --event-log writes";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {kJson};
  spec.execute = CheckLog;
  return spec;
}

}  // namespace fencepost::cli
