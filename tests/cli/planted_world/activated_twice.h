// A planted story of the real world, with a bug that conformance alone sees: a row is activated
// twice.
#pragma once

#include "scenarios/scenario.h"

namespace fencepost::planted {

// Clients activate workers while a reader looks at the first one. If it sees the row activating, it
// tells in the end, when the worker is hot, that the activation finished from there: a step that
// the table allows, under the right lease, with the next revision, behind another that is so, too.
// The row was in another state, and only who follows the rows knows it.
Scenario ActivatedTwice();

}  // namespace fencepost::planted
