// A command as data: its name, help, options, and the function that executes it. Help texts, syntax
// and error messages come from here.
//
// Each command has a struct of typed options. Its table of options says for each option which
// member it sets, so that a text of the command line becomes a value once, before the command runs.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/given_arguments.h"
#include "scenarios/scenario.h"

namespace fencepost::cli {

struct OptionSpec {
  std::string_view name;   // "--seeds"
  std::string_view value;  // "A..B"; empty for a flag
  std::string_view meaning;
};

struct CommandInfo {
  std::string_view name;
  std::string_view sentence;
  std::string_view positional = {};  // "SCENARIO"; empty if it takes none
  std::string_view positional_meaning = {};
  std::size_t least_names = 0;
  std::size_t most_names = 0;
  bool internal = false;  // for other commands, not for people: not shown in the help
};

struct Command {
  CommandInfo info;
  bool takes_parameters = false;  // those of the scenarios, as options
  std::vector<OptionSpec> options;
  // An error is bad usage, or a store or file that cannot be used.
  std::function<absl::StatusOr<ExitCode>(const GivenArguments& given)> execute;
};

template <class Options>
using Setter =
    std::function<absl::Status(Options& options, std::string_view option, const std::string& text)>;

// Sets a member, or a member of a member: Set(&FuzzOptions::output, &Output::json).
template <class Options, class First, class... Rest>
Setter<Options> Set(First Options::*first, Rest... rest) {
  return [first, rest...](Options& options, std::string_view option, const std::string& text) {
    return ParseInto(option, text, ((options.*first).*....*rest));
  };
}

template <class Options>
struct Option {
  OptionSpec spec;
  Setter<Options> set;
};

template <class Options>
struct CommandTable {
  CommandInfo info;
  std::vector<Option<Options>> options;
  absl::StatusOr<ExitCode> (*run)(const Options& options) = nullptr;
  // Where the names go. REQUIRES: set if the command takes names.
  std::function<void(Options& options, const std::vector<std::string>& names)> set_names;
  // Where the scenarios' parameters go; empty: the command takes none.
  std::function<ParameterValues&(Options& options)> parameters;
};

absl::Status ParseParameters(const GivenArguments& given, ParameterValues& values);

template <class Options>
Command MakeCommand(CommandTable<Options> table) {
  Command command;
  command.info = table.info;
  command.takes_parameters = table.parameters != nullptr;
  for (const Option<Options>& option : table.options) command.options.push_back(option.spec);
  command.execute =
      [table = std::move(table)](const GivenArguments& given) -> absl::StatusOr<ExitCode> {
    Options options;
    for (const Option<Options>& option : table.options) {
      const auto text = given.options.find(option.spec.name);
      if (text == given.options.end()) continue;
      absl::Status set = option.set(options, option.spec.name, text->second);
      if (!set.ok()) return set;
    }
    if (table.set_names) table.set_names(options, given.names);
    if (table.parameters) {
      absl::Status parsed = ParseParameters(given, table.parameters(options));
      if (!parsed.ok()) return parsed;
    }
    return table.run(options);
  };
  return command;
}

}  // namespace fencepost::cli
