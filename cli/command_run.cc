// fencepost run: one execution under one seed, drawn.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "campaign/campaign_result.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/determinism/determinism_guard.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategy.h"
#include "campaign/strategies.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/event_log_file.h"
#include "cli/report/json_report.h"
#include "cli/report/run_page.h"
#include "cli/report/terminal.h"
#include "sim/engine/replay/choice_bytes.h"

namespace fencepost::cli {
namespace {

constexpr std::uint64_t kDefaultSeed = 1;

constexpr OptionSpec kChoiceBytesOption = {
    "--choice-bytes", "FILE", "the execution that these bytes choose, instead of a seed's"};

// What chooses, and how it is named.
struct Chooser {
  std::unique_ptr<sim::Strategy> strategy;
  std::string_view name;
  std::optional<std::uint64_t> seed;  // without one: from a file of choice bytes
};

absl::StatusOr<Chooser> FromBytes(const GivenArguments& given, const std::string& path) {
  if (given.Has("--seed") || given.Has(kStrategyOption.name) || given.Has(kCheckDeterminism.name)) {
    return absl::InvalidArgumentError(
        "--choice-bytes says what is chosen: leave out --seed, --strategy and "
        "--check-determinism");
  }
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return absl::InvalidArgumentError(path + ": cannot be read");
  return Chooser{std::make_unique<sim::ChoiceBytes>(std::move(bytes)), kChoiceBytes, std::nullopt};
}

absl::StatusOr<Chooser> ChooserOf(const GivenArguments& given) {
  if (const std::string* path = given.Find(kChoiceBytesOption.name)) return FromBytes(given, *path);
  if (absl::Status status = CheckGuard(given); !status.ok()) return status;
  std::uint64_t seed = kDefaultSeed;
  if (const std::string* text = given.Find("--seed")) {
    const auto parsed = ParseNumber("--seed", *text);
    if (!parsed.ok()) return parsed.status();
    seed = *parsed;
  }
  const auto name = StrategyNameOf(given);
  if (!name.ok()) return name.status();
  return Chooser{SeededStrategy(*name, seed), *name, seed};
}

std::string CommandOf(const Subject& subject, const Chooser& chooser, const GivenArguments& given) {
  const Scenario& scenario = *subject.scenario;
  if (chooser.seed) return RunCommand(scenario, subject.options, chooser.name, *chooser.seed);
  return "fencepost run " + std::string(scenario.name) + " --choice-bytes " +
         ShellWord(*given.Find(kChoiceBytesOption.name)) + OptionsText(scenario, subject.options);
}

absl::StatusOr<std::optional<Divergence>> DivergenceOf(const Subject& subject,
                                                       const Chooser& chooser, const Runner& runner,
                                                       const GivenArguments& given) {
  if (!given.Has(kCheckDeterminism.name)) return std::nullopt;
  return CompareAlone(subject, chooser.name, *chooser.seed, TraceOf(runner));
}

absl::StatusOr<ExitCode> RunOne(const GivenArguments& given) {
  const auto chooser = ChooserOf(given);
  if (!chooser.ok()) return chooser.status();
  auto subject = SubjectOf(given.names.front(), given, /*swarm=*/true);
  if (!subject.ok()) return subject.status();
  const Scenario& scenario = *subject->scenario;
  subject->options.record_timeline = true;
  const auto event_log = EventLogFile::CreateIfAsked(given);
  if (!event_log.ok()) return event_log.status();
  if (*event_log != nullptr) subject->options.observer = &(*event_log)->observer();
  const auto runner = Runner::Create(scenario, subject->options);
  if (!runner.ok()) return runner.status();

  const std::string command = CommandOf(*subject, *chooser, given);
  const CrashNote note({std::string(scenario.name), command, "", false, given.Has("--json")});
  const RunReport report = (*runner)->Run(*chooser->strategy);
  if (*event_log != nullptr) {
    if (absl::Status closed = (*event_log)->Close(); !closed.ok()) return closed;
  }
  const auto divergence = DivergenceOf(*subject, *chooser, **runner, given);
  if (!divergence.ok()) return divergence.status();
  const ExitCode code = *divergence ? ExitCode::kPropertyBroken : ExitCodeOf(report);
  if (const std::string* path = given.Find("--replay-file")) {
    const absl::Status written = sim::WriteReplayFile(
        *path, RecordingOf(**runner, subject->options, report, chooser->name, chooser->seed));
    if (!written.ok()) return written;
  }
  if (given.Has("--json")) {
    Json json = RunJson(scenario, subject->options, report, (*runner)->timeline(), code);
    json["seed"] = chooser->seed ? Json(*chooser->seed) : Json();
    json["command"] = command;
    if (*divergence) json["divergence"] = DivergenceJson(**divergence);
    PrintJson(json);
    return code;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, given.Has("--ascii"));
  const std::string page = *divergence ? DivergencePage(**divergence, style)
                                       : command + "\n" + std::string(scenario.claim) + "\n\n" +
                                             RunPage(report, (*runner)->timeline(), style);
  std::fputs(page.c_str(), stdout);
  return code;
}

}  // namespace

CommandSpec RunCommandSpec() {
  CommandSpec spec;
  spec.name = "run";
  spec.sentence = "Run one execution of a scenario and draw what its actors did.";
  spec.positional = "SCENARIO";
  spec.positional_meaning = "which scenario";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.takes_parameters = true;
  spec.options = {{"--seed", "N", "which execution (default 1)"},
                  kChoiceBytesOption,
                  kStrategyOption,
                  kCheckDeterminism,
                  {"--replay-file", "FILE", "write the run's choices there, for replay"},
                  kEventLogOption,
                  kConform,
                  kStore,
                  kJson,
                  kAscii};
  spec.execute = RunOne;
  return spec;
}

}  // namespace fencepost::cli
