// From argv to an exit code: syntax, help, and one clear line for whatever is wrong.
#pragma once

namespace fencepost::cli {

// Prints to stdout what was asked for and to stderr what went wrong; never throws.
int Main(int argc, const char* const* argv);

}  // namespace fencepost::cli
