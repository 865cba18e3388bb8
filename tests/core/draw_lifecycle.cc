// Prints docs/lifecycle.svg, drawn from the lifecycle table.
#include <cstdio>

#include "tests/core/lifecycle_drawing.h"

int main() { std::fputs(fencepost::DrawLifecycle().c_str(), stdout); }
