// Shows which commit broke a property.
#pragma once

#include <string>
#include <vector>

#include "campaign/bisect/bisection.h"
#include "campaign/verdict.h"
#include "cli/report/output.h"

namespace fencepost::cli {

// Clean if one commit is named. Several leave it undecided: there is no verdict then.
campaign::Verdict ShowBisection(const campaign::Bisected& bisected, const Output& output);

}  // namespace fencepost::cli
