#include "cli/report/run_report.h"

#include <unistd.h>

#include <cstdio>

#include "cli/report/divergence_report.h"
#include "cli/report/json_report.h"
#include "cli/report/run_page.h"
#include "cli/report/terminal.h"

namespace fencepost::cli {

campaign::Verdict ShowRun(const ShownRun& run, const Output& output) {
  const Scenario& scenario = *run.subject.scenario;
  const campaign::Verdict verdict =
      run.divergence ? campaign::Verdict::kPropertyBroken : campaign::VerdictOf(run.report);
  if (output.json) {
    Json json = RunJson(scenario, run.subject.options, run.report, run.timeline, verdict, output);
    json["seed"] = run.seed;
    json["command"] = run.command;
    if (run.divergence) json["divergence"] = DivergenceJson(*run.divergence);
    PrintJson(json);
    return verdict;
  }
  const DrawStyle style = StyleFor(STDOUT_FILENO, output.ascii);
  const std::string page = run.divergence ? DivergencePage(*run.divergence, style)
                                          : run.command + "\n" + std::string(scenario.claim) +
                                                "\n\n" + RunPage(run.report, run.timeline, style);
  std::fputs(page.c_str(), stdout);
  return verdict;
}

}  // namespace fencepost::cli
