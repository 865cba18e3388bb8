// libFuzzer's target: its bytes are the choices of one execution of a scenario.
//
// The scenario is the one that FENCEPOST_FUZZ_SCENARIO names, so that libFuzzer's own subprocesses
// find it too. An execution that is not clean is written as a replay file, shown with the command
// that repeats it, and aborted, so that libFuzzer keeps its input and can minimise it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "campaign/campaign_result.h"
#include "campaign/strategies.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal.h"
#include "scenarios/run/runner.h"
#include "sim/engine/replay/choice_bytes.h"

namespace fencepost {
namespace {

constexpr const char* kScenarioVariable = "FENCEPOST_FUZZ_SCENARIO";
constexpr const char* kReplayDirectory = "fencepost-failures";

[[noreturn]] void GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "fencepost: %s\n", std::string(status.message()).c_str());
  std::exit(2);
}

std::unique_ptr<Runner> MakeRunner() {
  const char* name = std::getenv(kScenarioVariable);
  const auto scenario = FindScenario(name == nullptr ? "" : name);
  if (!scenario.ok()) GiveUp(scenario.status());
  auto runner = Runner::Create(**scenario, {});
  if (!runner.ok()) GiveUp(runner.status());
  return *std::move(runner);
}

[[noreturn]] void Show(const Runner& runner, const RunReport& report) {
  campaign::ScenarioResult result;
  result.scenario = &runner.scenario();
  result.options.parameters = runner.parameters();
  result.finding =
      campaign::FindingOf(runner, result.options, report, campaign::kChoiceBytes, std::nullopt);
  const std::string with_input = "fencepost run " + std::string(runner.scenario().name) +
                                 " --choice-bytes INPUT (the file that libFuzzer writes)";
  const cli::FailureReport failure = cli::ReportFailure(result, kReplayDirectory, with_input);
  const std::string page = cli::FailurePage(failure, cli::StyleFor(2, false));
  std::fputs(page.c_str(), stderr);
  std::abort();
}

}  // namespace
}  // namespace fencepost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<fencepost::Runner> runner = fencepost::MakeRunner();
  fencepost::sim::ChoiceBytes strategy({data, data + size});
  const fencepost::RunReport report = runner->Run(strategy);
  if (fencepost::campaign::VerdictOf(report) != fencepost::campaign::Verdict::kClean) {
    fencepost::Show(*runner, report);
  }
  return 0;
}
