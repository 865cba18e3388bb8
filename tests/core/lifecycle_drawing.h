// The lifecycle table as a picture.
#pragma once

#include <string>

namespace fencepost {

// The text of docs/lifecycle.svg: states as boxes, operations as labelled arrows from the table.
// Ends the process when the table has an arrow that no route was chosen for.
std::string DrawLifecycle();

}  // namespace fencepost
