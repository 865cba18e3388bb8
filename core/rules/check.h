// Assertions that stay on in every build.
//
// A broken precondition is a defect of the caller. The process stops where the defect is found,
// because a process that continues with a wrong belief about a worker may delete a pod in use.
#pragma once

#include <source_location>
#include <string_view>

namespace fencepost {

// Ends the process with `what` and the caller's place on stderr unless `holds`.
void Check(bool holds, std::string_view what,
           std::source_location where = std::source_location::current());

}  // namespace fencepost
