#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "campaign/crash_note.h"
#include "campaign/revision.h"
#include "cli/commands.h"
#include "scenarios/nearest_name.h"
#include "scenarios/scenario.h"

namespace fencepost::cli {
namespace {

std::vector<CommandSpec> AllCommands() {
  return {ListCommand(),       RunCommandSpec(), FuzzCommand(),    ExploreCommand(),
          ReplayCommandSpec(), ShrinkCommand(),  BisectCommand(),  SeedCorpusCommand(),
          StoreCommand(),      ModelCommand(),   ConformCommand(), CheckLogCommand(),
          TwinCommand()};
}

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view nearest = NearestName(name, candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
}

// One parser for a command: CLI11 writes the texts here.
struct ParsedCommand {
  explicit ParsedCommand(CommandSpec spec_given) : spec(std::move(spec_given)) {}

  void AddTo(CLI::App& app) {
    parser = app.add_subcommand(std::string(spec.name), std::string(spec.sentence));
    parser->allow_extras();
    if (spec.internal) parser->group("");
    if (!spec.positional.empty()) {
      parser->add_option(std::string(spec.positional), names, std::string(spec.positional_meaning))
          ->type_name("");
    }
    for (const OptionSpec& option : spec.options) {
      AddOption(std::string(option.name), option.value, std::string(option.meaning));
    }
    if (spec.takes_parameters) AddParameters();
  }

  void AddOption(const std::string& name, std::string_view value, const std::string& meaning) {
    known.push_back(name);
    if (value.empty()) {
      parser->add_flag(name, flags[name], meaning);
    } else {
      parser->add_option(name, texts[name], meaning)
          ->type_name(std::string(value))
          ->expected(1)
          ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }

  void AddParameters() {
    std::map<std::string, std::string> meanings;
    for (const Scenario& scenario : AllScenarios()) {
      for (const ScenarioParameter& parameter : scenario.parameters) {
        std::string& text = meanings[std::string(parameter.name)];
        text +=
            fmt::format("{}{}: {} ({} to {}, default {})", text.empty() ? "" : "; ", scenario.name,
                        parameter.meaning, parameter.least, parameter.most, parameter.standard);
      }
    }
    for (const auto& [name, meaning] : meanings) {
      AddOption("--" + name, "N", meaning);
      parser->get_option("--" + name)->group("Parameters of scenarios");
      parameters.push_back(name);
    }
  }

  absl::StatusOr<GivenArguments> Given() const {
    for (const std::string& extra : parser->remaining()) return Unexpected(extra);
    if (names.size() > spec.most_names) return Unexpected(names[spec.most_names]);
    if (names.size() < spec.least_names) {
      return Wrong(fmt::format("{} needs a {}; see: fencepost {} --help", spec.name,
                               spec.positional, spec.name));
    }
    GivenArguments given;
    given.names = names;
    for (const auto& [name, is_set] : flags) {
      if (is_set) given.options[name] = "";
    }
    for (const auto& [name, values] : texts) {
      if (values.size() > 1) return Wrong(name + " was given more than once");
      if (!values.empty()) given.options[name] = values.front();
    }
    for (const std::string& name : parameters) {
      const auto value = given.options.extract("--" + name);
      if (value) given.parameters[name] = value.mapped();
    }
    return given;
  }

  absl::Status Unexpected(const std::string& argument) const {
    if (!argument.starts_with("-")) {
      return Wrong(fmt::format("{} does not know what to do with \"{}\"; see: fencepost {} --help",
                               spec.name, argument, spec.name));
    }
    const std::string name = argument.substr(0, argument.find('='));
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const std::string nearest = DidYouMean(name, candidates);
    return Wrong(fmt::format(
        "{} has no option {}{}", spec.name, name,
        nearest.empty() ? fmt::format("; see: fencepost {} --help", spec.name) : nearest));
  }

  const CommandSpec spec;
  CLI::App* parser = nullptr;
  std::vector<std::string> names;
  std::map<std::string, bool> flags;
  std::map<std::string, std::vector<std::string>> texts;
  std::vector<std::string> known;
  std::vector<std::string> parameters;
};

std::string ExitCodeHelp() {
  std::string text = "Exit codes:\n";
  for (const ExitCodeMeaning& code : kExitCodes) {
    text += fmt::format("  {}  {}\n", static_cast<int>(code.code), code.meaning);
  }
  return text;
}

// CLI11 begins with the name of the option and a colon.
absl::Status ValueMissing(const CLI::ArgumentMismatch& error) {
  const std::string text = error.what();
  return Wrong(fmt::format("{} needs a value; see: fencepost COMMAND --help",
                           text.substr(0, text.find(':'))));
}

absl::Status NoCommand(const CLI::App& app, const std::vector<ParsedCommand>& commands) {
  std::vector<std::string_view> names;
  for (const ParsedCommand& command : commands) {
    if (!command.spec.internal) names.push_back(command.spec.name);
  }
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return Wrong(fmt::format("give a command: {}; see: fencepost --help", all));
  if (extras.front().starts_with("-")) {
    return Wrong(
        fmt::format("{} cannot stand before a command; see: fencepost --help", extras.front()));
  }
  const std::string nearest = DidYouMean(extras.front(), names);
  return Wrong(fmt::format("there is no command \"{}\"{}", extras.front(),
                           nearest.empty() ? "; there are: " + all : nearest));
}

absl::StatusOr<ExitCode> ParseAndExecute(int argc, const char* const* argv) {
  CLI::App app(
      "Runs a worker-lifecycle core in a simulated cluster, under every interleaving and "
      "fault that a seed or an exhaustive search can choose.");
  app.name("fencepost");
  app.footer(ExitCodeHelp());
  app.set_version_flag("--version", "fencepost " + std::string(Revision()));
  app.allow_extras();
  app.require_subcommand(0, 1);
  std::vector<ParsedCommand> commands;
  for (CommandSpec& spec : AllCommands()) commands.emplace_back(std::move(spec));
  for (ParsedCommand& command : commands) command.AddTo(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return ExitCode::kClean;
  } catch (const CLI::ArgumentMismatch& error) {
    return ValueMissing(error);
  } catch (const CLI::ParseError& error) {
    return Wrong(error.what());
  }
  for (const ParsedCommand& command : commands) {
    if (!command.parser->parsed()) continue;
    if (!app.remaining().empty()) return command.Unexpected(app.remaining().front());
    const auto given = command.Given();
    if (!given.ok()) return given.status();
    return command.spec.execute(*given);
  }
  return NoCommand(app, commands);
}

}  // namespace

int Main(int argc, const char* const* argv) {
  InstallCrashHandler();
  const absl::StatusOr<ExitCode> end = ParseAndExecute(argc, argv);
  if (end.ok()) return static_cast<int>(*end);
  std::fprintf(stderr, "fencepost: %s\n", std::string(end.status().message()).c_str());
  return static_cast<int>(ExitCode::kBadUsage);
}

}  // namespace fencepost::cli
