// fencepost run: one execution under one seed, drawn.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/campaign_result.h"
#include "cli/commands.h"
#include "cli/commands_to_repeat.h"
#include "cli/crash_note.h"
#include "cli/determinism_guard.h"
#include "cli/json_report.h"
#include "cli/run_page.h"
#include "cli/run_setup.h"
#include "cli/seeded_strategy.h"
#include "cli/terminal.h"

namespace fencepost::cli {
namespace {

constexpr std::uint64_t kDefaultSeed = 1;

absl::StatusOr<ExitCode> RunOne(const GivenArguments& given) {
  std::uint64_t seed = kDefaultSeed;
  if (const std::string* text = given.Find("--seed")) {
    const auto parsed = ParseNumber("--seed", *text);
    if (!parsed.ok()) return parsed.status();
    seed = *parsed;
  }
  if (absl::Status status = CheckGuard(given); !status.ok()) return status;
  const auto name = StrategyNameOf(given);
  if (!name.ok()) return name.status();
  auto subject = SubjectOf(given.names.front(), given, /*swarm=*/true);
  if (!subject.ok()) return subject.status();
  const Scenario& scenario = *subject->scenario;
  subject->options.record_timeline = true;
  const auto runner = Runner::Create(scenario, subject->options);
  if (!runner.ok()) return runner.status();

  const CrashNote note(CrashTextOf(scenario, subject->options, *name, given.Has("--json")), seed);
  const auto strategy = SeededStrategy(*name, seed);
  const RunReport report = (*runner)->Run(*strategy);
  std::optional<Divergence> divergence;
  if (given.Has(kCheckDeterminism.name)) {
    auto compared = CompareAlone(*subject, *name, seed, TraceOf(**runner));
    if (!compared.ok()) return compared.status();
    divergence = *std::move(compared);
  }
  const ExitCode code = divergence ? ExitCode::kPropertyBroken : ExitCodeOf(report);
  if (const std::string* path = given.Find("--replay-file")) {
    const absl::Status written =
        sim::WriteReplayFile(*path, RecordingOf(**runner, subject->options, report, *name, seed));
    if (!written.ok()) return written;
  }
  const std::string command = RunCommand(scenario, subject->options, *name, seed);
  if (given.Has("--json")) {
    Json json = RunJson(scenario, subject->options, report, (*runner)->timeline(), code);
    json["seed"] = seed;
    json["command"] = command;
    if (divergence) json["divergence"] = DivergenceJson(*divergence);
    PrintJson(json);
    return code;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, given.Has("--ascii"));
  if (divergence) {
    std::fputs(DivergencePage(*divergence, style).c_str(), stdout);
    return code;
  }
  const std::string page = command + "\n" + std::string(scenario.claim) + "\n\n" +
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
                  kStrategyOption,
                  kCheckDeterminism,
                  {"--replay-file", "FILE", "write the run's choices there, for replay"},
                  kStore,
                  kJson,
                  kAscii};
  spec.execute = RunOne;
  return spec;
}

}  // namespace fencepost::cli
