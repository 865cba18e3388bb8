// The commands as data: their help, their syntax and what executes them. One file each.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/exit_code.h"
#include "cli/given_arguments.h"

namespace fencepost::cli {

struct OptionSpec {
  std::string_view name;   // "--seeds"
  std::string_view value;  // "A..B"; empty for a flag
  std::string_view meaning;
};

struct CommandSpec {
  std::string_view name;
  std::string_view sentence;
  std::string_view positional;  // "SCENARIO"; empty if it takes none
  std::string_view positional_meaning;
  std::size_t least_names = 0;
  std::size_t most_names = 0;
  bool takes_parameters = false;  // those of the scenarios, as options
  bool internal = false;          // for other commands, not for people: not shown in the help
  std::vector<OptionSpec> options;
  // An error is bad usage, or a store or file that cannot be used.
  absl::StatusOr<ExitCode> (*execute)(const GivenArguments& given);
};

CommandSpec ListCommand();
CommandSpec RunCommandSpec();
CommandSpec FuzzCommand();
CommandSpec ExploreCommand();
CommandSpec ReplayCommandSpec();
CommandSpec ShrinkCommand();
CommandSpec SeedCorpusCommand();
CommandSpec StoreCommand();
CommandSpec TwinCommand();
CommandSpec BisectCommand();
CommandSpec ModelCommand();
CommandSpec ConformCommand();
CommandSpec CheckLogCommand();

// Options that mean the same wherever they are.
inline constexpr OptionSpec kJson = {"--json", "", "one JSON object on stdout, and nothing else"};
inline constexpr OptionSpec kAscii = {"--ascii", "", "draw with ASCII characters only"};
inline constexpr OptionSpec kCheckDeterminism = {
    "--check-determinism", "",
    "run every execution twice, in two processes, and name the first event that differs"};
inline constexpr OptionSpec kConform = {"--conform", "",
                                        "judge too whether every run is a run of the model"};
inline constexpr OptionSpec kStore = {
    "--store", "STORE", "sim (default), sqlite:PATH or a PostgreSQL URI (postgres://...)"};
inline constexpr OptionSpec kReplayDir = {
    "--replay-dir", "DIR", "where the replay file of a failure goes (default fencepost-failures)"};
inline constexpr OptionSpec kRequireProbes = {
    "--require-probes", "",
    "fail if a probe of a scenario is never hit, however few executions there were"};

}  // namespace fencepost::cli
