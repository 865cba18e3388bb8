#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "campaign/crash_note.h"
#include "campaign/revision.h"
#include "cli/commands.h"
#include "scenarios/nearest_name.h"
#include "scenarios/scenario.h"

namespace fencepost::cli {
namespace {

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view nearest = NearestName(name, candidates);
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
}

struct Parameter {
  std::string_view scenario;
  const ScenarioParameter* parameter;
};

// What the option of a parameter means: in one line what it means in most of its scenarios.
// REQUIRES: at least one scenario has it.
std::string ParameterMeaning(const std::vector<Parameter>& all) {
  if (all.size() == 1) {
    const ScenarioParameter& only = *all.front().parameter;
    return fmt::format("{} ({} to {}, default {}; {})", only.meaning, only.least, only.most,
                       only.standard, all.front().scenario);
  }
  std::map<std::string_view, std::size_t> meanings;
  for (const Parameter& one : all) ++meanings[one.parameter->meaning];
  const auto most =
      std::max_element(meanings.begin(), meanings.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const bool mostly = 2 * most->second > all.size();
  return fmt::format("{} ({} scenarios have it; see: fencepost list)",
                     mostly ? most->first : "its meaning depends on the scenario", all.size());
}

// One parser for a command: CLI11 writes the texts here.
struct ParsedCommand {
  explicit ParsedCommand(Command given) : command(std::move(given)), spec(command.info) {}

  void AddTo(CLI::App& app) {
    parser = app.add_subcommand(std::string(spec.name), std::string(spec.sentence));
    parser->allow_extras();
    if (spec.internal) parser->group("");
    if (!spec.positional.empty()) {
      parser->add_option(std::string(spec.positional), names, std::string(spec.positional_meaning))
          ->type_name("");
    }
    for (const OptionSpec& option : command.options) {
      AddOption(std::string(option.name), option.value, std::string(option.meaning));
    }
    if (command.takes_parameters) AddParameters();
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

  // One line for each, however many scenarios have it: `fencepost list` tells them apart.
  void AddParameters() {
    std::map<std::string_view, std::vector<Parameter>> by_name;
    for (const Scenario& scenario : AllScenarios()) {
      for (const ScenarioParameter& parameter : scenario.parameters) {
        by_name[parameter.name].push_back({scenario.name, &parameter});
      }
    }
    for (const auto& [name, all] : by_name) {
      const std::string option = "--" + std::string(name);
      AddOption(option, "N", ParameterMeaning(all));
      parser->get_option(option)->group("Parameters of scenarios");
      parameters.emplace_back(name);
    }
  }

  absl::StatusOr<GivenArguments> Given() const {
    for (const std::string& extra : parser->remaining()) return Unexpected(extra);
    if (names.size() > spec.most_names) return Unexpected(names[spec.most_names]);
    if (names.size() < spec.least_names) {
      return BadUsage(fmt::format("{} needs a {}; see: fencepost {} --help", spec.name,
                                  spec.positional, spec.name));
    }
    GivenArguments given;
    given.names = names;
    for (const auto& [name, is_set] : flags) {
      if (is_set) given.options[name] = "";
    }
    for (const auto& [name, values] : texts) {
      if (values.size() > 1) return BadUsage(name + " was given more than once");
      if (!values.empty()) given.options[name] = values.front();
    }
    for (const std::string& name : parameters) {
      const auto value = given.options.extract("--" + name);
      if (value) given.parameters[name] = value.mapped();
    }
    return given;
  }

  absl::Status Unexpected(const std::string& argument) const {
    const bool after_dashes = std::find(known.begin(), known.end(), argument) != known.end();
    if (!argument.starts_with("-") || after_dashes) {
      return BadUsage(
          fmt::format("{} does not know what to do with \"{}\"; see: fencepost {} --help",
                      spec.name, argument, spec.name));
    }
    const std::string name = argument.substr(0, argument.find('='));
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const std::string nearest = DidYouMean(name, candidates);
    return BadUsage(fmt::format(
        "{} has no option {}{}", spec.name, name,
        nearest.empty() ? fmt::format("; see: fencepost {} --help", spec.name) : nearest));
  }

  const Command command;
  const CommandInfo spec;
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

// CLI11's message begins with the name of the option and a colon. `command`: the first argument.
absl::Status ValueMissing(const CLI::ArgumentMismatch& error, std::string_view command) {
  const std::string text = error.what();
  return BadUsage(fmt::format("{} needs a value; see: fencepost {} --help",
                              text.substr(0, text.find(':')), command));
}

absl::Status NoCommand(const CLI::App& app, const std::vector<ParsedCommand>& commands) {
  std::vector<std::string_view> names;
  for (const ParsedCommand& command : commands) {
    if (!command.spec.internal) names.push_back(command.spec.name);
  }
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty())
    return BadUsage(fmt::format("give a command: {}; see: fencepost --help", all));
  if (extras.front().starts_with("-")) {
    return BadUsage(
        fmt::format("{} cannot stand before a command; see: fencepost --help", extras.front()));
  }
  const std::string nearest = DidYouMean(extras.front(), names);
  return BadUsage(fmt::format("there is no command \"{}\"{}", extras.front(),
                              nearest.empty() ? "; there are: " + all : nearest));
}

absl::StatusOr<ExitCode> ParseAndExecute(int argc, const char* const* argv) {
  CLI::App app(
      "Runs a worker-lifecycle core in a simulated cluster, under every interleaving and "
      "fault that a seed or an exhaustive search can choose.");
  app.name("fencepost");
  app.footer(ExitCodeHelp());
  app.set_version_flag("--version", "fencepost " + std::string(campaign::Revision()));
  app.allow_extras();
  app.require_subcommand(0, 1);
  std::vector<ParsedCommand> commands;
  for (Command& command : AllCommands()) commands.emplace_back(std::move(command));
  for (ParsedCommand& command : commands) command.AddTo(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return ExitCode::kClean;
  } catch (const CLI::ArgumentMismatch& error) {
    return ValueMissing(error, argv[1]);
  } catch (const CLI::ParseError& error) {
    return BadUsage(error.what());
  }
  for (const ParsedCommand& command : commands) {
    if (!command.parser->parsed()) continue;
    if (!app.remaining().empty()) return command.Unexpected(app.remaining().front());
    const auto given = command.Given();
    if (!given.ok()) return given.status();
    return command.command.execute(*given);
  }
  return NoCommand(app, commands);
}

}  // namespace

int Main(int argc, const char* const* argv) {
  campaign::InstallCrashHandler(static_cast<int>(ExitCode::kCodeCrashed));
  const absl::StatusOr<ExitCode> end = ParseAndExecute(argc, argv);
  if (end.ok()) return static_cast<int>(*end);
  std::fprintf(stderr, "fencepost: %s\n", std::string(end.status().message()).c_str());
  return static_cast<int>(ExitCode::kBadUsage);
}

}  // namespace fencepost::cli
