// What a reduced search reaches of a small program, against what the plain enumeration reaches.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "sim/engine/reduction/search.h"
#include "tests/sim/engine/soundness/plain_enumeration.h"
#include "tests/sim/engine/soundness/small_program.h"

namespace fencepost::sim {

using EndStates = std::set<std::string>;

struct Enumerated {
  EndStates ends;
  std::uint64_t executions = 0;
};
// Nothing if the bound on executions, a limit on steps or time cut the enumeration.
std::optional<Enumerated> EnumerateEnds(const SmallProgram& program, EnumerationBounds bounds);

struct Searched {
  EndStates ends;
  ExhaustiveReport report;
};
// Ends of executions that were cut are left out.
Searched SearchEnds(const SmallProgram& program, Reduction reduction, EnumerationBounds bounds);

// Why the search is not sound on this program: an end that it missed, or made up, or a report that
// is not complete. Empty if there is no such reason.
std::string DifferenceOf(const Enumerated& plain, const Searched& reduced);

}  // namespace fencepost::sim
