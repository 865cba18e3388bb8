// Where stores that were given the same commands first disagree.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/store_contract/store_factory.h"
#include "tests/store_differential/command.h"

namespace fencepost::store_differential {

// Empty: they agree in every result, in every event, and in all rows at the end. The first store is
// the one that is right.
std::string FirstDifference(const std::vector<store_contract::StoreFactory>& stores,
                            const std::vector<Command>& commands);

// A drawn sequence. Printed, it is the call that shows the difference again.
struct Sequence {
  std::vector<Command> commands;
};
std::ostream& operator<<(std::ostream& out, const Sequence& sequence);

// Draws sequences and fails the test with the first that shows a difference, shrunk.
void ExpectAgreement(const std::vector<store_contract::StoreFactory>& stores);

// The same search, as a value: what ExpectAgreement would print. Empty when nothing was found.
std::string Counterexample(const std::vector<store_contract::StoreFactory>& stores);

}  // namespace fencepost::store_differential
