// What the checker found, for people and for machines.
#pragma once

#include <string>

#include "campaign/verdict.h"
#include "cli/report/json.h"
#include "cli/report/output.h"
#include "models/lifecycle/check_machine.h"

namespace fencepost::cli {

// REQUIRES: its search did not end at a bad checkpoint.
campaign::Verdict VerdictOf(const models::MachineReport& report);

// The page: what was asked, what holds, what does not and how it comes to that, what it took.
std::string VerdictPage(const models::Machine& machine, const models::MachineReport& report,
                        double seconds);
Json VerdictJson(const models::Machine& machine, const models::MachineReport& report,
                 double seconds, const Output& output);

// One run, a numbered line for each step. With `states` also what each step leads to.
std::string RunText(const models::Machine& machine, const models::Trace<models::State>& trace,
                    bool states);

}  // namespace fencepost::cli
