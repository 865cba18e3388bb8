#include "cli/commands.h"

namespace fencepost::cli {

std::vector<Command> AllCommands() {
  return {ListCommand(),
          RunCommand(),
          FuzzCommand(),
          ExploreCommand(),
          ReplayCommand(),
          ShrinkCommand(),
          BisectCommand(),
          ChoiceBytesCommand(),
          StoreCommand(),
          ModelCommand(),
          ConformCommand(),
          CheckLogCommand(),
          ReferenceProcessCommand()};
}

absl::Status ParseParameters(const GivenArguments& given, ParameterValues& values) {
  for (const auto& [name, text] : given.parameters) {
    const auto value = ParseSignedNumber("--" + name, text);
    if (!value.ok()) return value.status();
    values[name] = *value;
  }
  return absl::OkStatus();
}

}  // namespace fencepost::cli
