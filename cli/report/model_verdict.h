// What the checker found, for people and for machines.
#pragma once

#include <string>

#include "cli/exit_code.h"
#include "cli/model_request.h"
#include "cli/report/json_report.h"
#include "models/lifecycle/check_machine.h"

namespace fencepost::cli {

ExitCode ExitCodeOf(const models::MachineReport& report);

// The page: what was asked, what holds, what does not and how it comes to that, what it took.
std::string VerdictPage(const models::Machine& machine, const models::MachineReport& report,
                        double seconds);
Json VerdictJson(const models::Machine& machine, const models::MachineReport& report,
                 double seconds);

// One run, a numbered line for each step. With `states` also what each step leads to.
std::string RunText(const models::Machine& machine, const models::Trace<models::State>& trace,
                    bool states);

}  // namespace fencepost::cli
