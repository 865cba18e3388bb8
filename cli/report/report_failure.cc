#include "cli/report/report_failure.h"

#include <stdlib.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "campaign/commands_to_repeat.h"
#include "campaign/strategies.h"
#include "campaign/text.h"
#include "cli/report/run_page.h"
#include "sim/engine/replay/replay.h"

namespace fencepost::cli {
namespace {

using campaign::Finding;
using campaign::ScenarioResult;

std::string FileName(const Finding& finding) {
  std::string name = finding.replay.scenario + "." + campaign::NameOfEnd(finding.report) + "." +
                     campaign::HashText(finding.replay.hash) +
                     (finding.replay.strategy == campaign::kShrunk ? ".shrunk.json" : ".json");
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && c != '.' && c != '-' && c != '_') c = '_';
  }
  return name;
}

absl::Status Write(const std::string& directory, const std::string& path,
                   const sim::ReplayFile& file) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return absl::UnavailableError(directory + ": " + error.message());
  return sim::WriteReplayFile(path, file);
}

void Redraw(const ScenarioResult& result, FailureReport& report) {
  RunOptions options = result.options;
  options.record_timeline = true;
  const auto runner = Runner::Create(*result.scenario, options);
  if (!runner.ok()) return;
  sim::Replay strategy(result.finding->replay.choices);
  const RunReport again = (*runner)->Run(strategy);
  report.timeline = (*runner)->timeline();
  report.repeated = !strategy.parting() && again.hash == result.finding->report.hash;
  if (report.repeated) report.run = again;
}

}  // namespace

absl::Status CheckReplayDirectory(const std::string& directory) {
  const auto wrong = [&directory](const std::string& why) {
    return absl::InvalidArgumentError("replay files cannot be written to " + directory + ": " +
                                      why + "; choose another --replay-dir");
  };
  if (directory.empty()) return wrong("its name is empty");
  std::error_code error;
  std::filesystem::path nearest = std::filesystem::absolute(directory, error);
  while (!std::filesystem::exists(nearest, error) && nearest.has_relative_path()) {
    nearest = nearest.parent_path();
  }
  if (!std::filesystem::is_directory(nearest, error)) {
    return wrong(nearest.string() + " is not a directory");
  }
  // Trying is surer than asking for permissions, which the superuser always has.
  std::string attempt = (nearest / ".fencepost-XXXXXX").string();
  if (mkdtemp(attempt.data()) == nullptr) {
    return wrong(nearest.string() + ": " + std::strerror(errno));
  }
  rmdir(attempt.c_str());
  return absl::OkStatus();
}

FailureReport ReportFailure(const ScenarioResult& result, const std::string& replay_directory,
                            const std::string& command_without_seed) {
  const Finding& finding = *result.finding;
  FailureReport report;
  report.run = finding.report;
  report.path = (std::filesystem::path(replay_directory) / FileName(finding)).string();
  report.written = Write(replay_directory, report.path, finding.replay);
  if (report.written.ok()) report.commands.push_back(campaign::ReplayCommand(report.path));
  report.commands.push_back(finding.seed
                                ? campaign::RunCommand(*result.scenario, result.options,
                                                       finding.replay.strategy, *finding.seed)
                                : command_without_seed);
  Redraw(result, report);
  return report;
}

std::string FailurePage(const FailureReport& report, const DrawStyle& style) {
  std::string page = "./dev " + report.commands.front() + "\n";
  for (std::size_t i = 1; i < report.commands.size(); ++i) {
    page += "or: " + report.commands[i] + "\n";
  }
  if (!report.written.ok()) {
    page += "the replay file could not be written: " + std::string(report.written.message()) + "\n";
  }
  page += "\n" + RunPage(report.run, report.timeline, style);
  if (!report.repeated) {
    page += "\nThe same choices did not lead to the same run when it was drawn. Usual causes:\n" +
            UsualCauses();
  }
  return page;
}

std::string UsualCauses() {
  return "  - the code was changed since the recording\n"
         "  - code walks an unordered container, or orders by pointer values\n"
         "  - a clock, a random number, a thread or the environment that does not come from "
         "Runtime\n"
         "  - state that survives from one execution to the next: a static, a cache, a pool\n"
         "  - memory that is read before it was written\n";
}

}  // namespace fencepost::cli
