// Shows what there is to run, to judge by and to search with: scenarios with their parameters,
// properties and strategies.
#pragma once

#include "cli/report/output.h"

namespace fencepost::cli {

void ShowList(const Output& output);

}  // namespace fencepost::cli
