// The core's names as SQL: what is a set or a constant in C++ is written into statements here.
#pragma once

#include <string>

#include "core/rules/state.h"

namespace fencepost::pg {

// "'hot_idle'"
std::string StateLiteral(WorkerState state);
// "column IN ('hot', 'hot_idle')"; "false" for the empty set.
std::string StateIsOneOf(const std::string& column, StateSet states);
// "column NOT IN ('retired', 'lost')", as the partial indexes have it: PostgreSQL uses them only
// for conditions of the same words.
std::string StateIsActive(const std::string& column);

}  // namespace fencepost::pg
