// The one table of all commands.
#pragma once

#include <vector>

#include "cli/command.h"

namespace fencepost::cli {

// In the order of the help.
std::vector<Command> AllCommands();

Command ListCommand();
Command RunCommand();
Command FuzzCommand();
Command ExploreCommand();
Command ReplayCommand();
Command ShrinkCommand();
Command BisectCommand();
Command ChoiceBytesCommand();
Command StoreCommand();
Command ModelCommand();
Command ConformCommand();
Command CheckLogCommand();
Command ReferenceProcessCommand();

}  // namespace fencepost::cli
