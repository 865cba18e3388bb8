// Shows what was judged of an event log.
#pragma once

#include <string>

#include "campaign/event_log_check.h"
#include "cli/report/output.h"

namespace fencepost::cli {

void ShowConformance(const std::string& path, const campaign::LogConformance& log,
                     const Output& output);
void ShowProperties(const std::string& path, const campaign::LogProperties& judged,
                    const Output& output);

}  // namespace fencepost::cli
