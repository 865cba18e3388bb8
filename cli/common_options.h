// Options that mean the same wherever they are, and the values that they set.
#pragma once

#include <string>
#include <string_view>

#include "campaign/strategies.h"
#include "cli/command.h"
#include "cli/report/campaign_output.h"
#include "cli/report/output.h"
#include "cli/store_password.h"
#include "scenarios/run/runner.h"

namespace fencepost::cli {

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
    "no verdict if a probe of a scenario is never hit, however few executions there were"};
inline constexpr OptionSpec kEventLog = {
    "--event-log", "FILE", "write what truly happened there, for conform and check-log"};

// The defaults of what the options above set.
Output DefaultOutput();
CampaignOutput DefaultCampaignOutput();

// The strategies that --strategy takes, for its help.
OptionSpec StrategyOption(bool campaign);

// Sets the name of a strategy that `command` takes. REQUIRES: `command` outlives the setter.
template <class Options>
Setter<Options> SetStrategy(std::string_view command, bool campaign,
                            std::string_view Options::*member) {
  return [=](Options& options, std::string_view, const std::string& text) -> absl::Status {
    const auto name = campaign::StrategyNamed(command, campaign, text);
    if (name.ok()) options.*member = *name;
    return name.status();
  };
}

// Sets a store, without its password (store_password.h).
template <class Options, class... Rest>
Setter<Options> SetStore(Rest... members) {
  return [members...](Options& options, std::string_view, const std::string& text) {
    return HidePassword(text, (options.*....*members));
  };
}

// --check-determinism runs what another process runs: the two would share the rows of a store.
absl::Status CheckDeterminismFits(const std::string& store);

// The scenario that a command is about.
template <class Options>
std::function<void(Options&, const std::vector<std::string>&)> OneName(
    std::string Options::*member) {
  return [member](Options& options, const std::vector<std::string>& names) {
    options.*member = names.front();
  };
}
template <class Options>
std::function<void(Options&, const std::vector<std::string>&)> AllNames(
    std::vector<std::string> Options::*member) {
  return [member](Options& options, const std::vector<std::string>& names) {
    options.*member = names;
  };
}
// Where the parameters go that a user gives for a run.
template <class Options>
std::function<ParameterValues&(Options&)> ParametersOf(RunOptions Options::*member) {
  return [member](Options& options) -> ParameterValues& { return (options.*member).parameters; };
}

}  // namespace fencepost::cli
