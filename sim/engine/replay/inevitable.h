// Inevitable: at which choice of a failing execution its failure could no longer be averted.
//
// From a prefix of the choices the execution is continued in many ways: once by default, then at
// random, each by a seed of its own. A prefix counts as too late if every one of them fails. The
// first such prefix is found by halving, since what is too late stays too late.
// It says no more than its bound: a continuation that was not tried may avert the failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

struct Inevitability {
  size_t choices = 0;  // the number of choices after which it is too late; 0: from the start
  uint64_t continuations = 0;  // tried from there, each of which failed
};

// `fails` runs one execution and says whether it fails in the same way. `go_on` is asked before
// each; nothing if it ended the search.
std::optional<Inevitability> FindInevitable(const std::vector<Choice>& choices,
                                            uint64_t continuations,
                                            const std::function<bool(Strategy&)>& fails,
                                            const std::function<bool()>& go_on);

}  // namespace fencepost::sim
