// fencepost bisect: the commit that broke a property.
#include <fmt/format.h>

#include <cstdio>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "campaign/bisect/bisection.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/bisect_report.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::cli {
namespace {

struct BisectOptions {
  BisectOptions() { bisection.seeds = 5000; }

  campaign::Bisection bisection;
  Output output = DefaultOutput();
};

void TellTested(const campaign::NamedCommit& commit, const campaign::Judgement& judgement,
                std::optional<std::size_t> left) {
  const std::string line = fmt::format(
      "{}{}: {}, {}\n", left ? fmt::format("of {} suspects ", *left) : "", commit.description,
      campaign::CommitVerdictName(judgement.verdict), judgement.why);
  std::fputs(line.c_str(), stderr);
}

absl::StatusOr<ExitCode> BisectAndShow(const BisectOptions& options) {
  campaign::Bisection bisection = options.bisection;
  auto file = sim::ReadReplayFile(bisection.replay_path);
  if (!file.ok()) return file.status();
  if (!file->property) {
    return BadUsage(bisection.replay_path +
                    ": the recording names no broken property: there is nothing to look for");
  }
  bisection.replay = *std::move(file);
  if (bisection.good.empty()) return BadUsage("bisect needs --good REV");
  if (bisection.bad.empty()) return BadUsage("bisect needs --bad REV");
  const auto bisected = campaign::Bisect(bisection, TellTested);
  if (!bisected.ok()) return bisected.status();
  return ExitCodeOf(ShowBisection(*bisected, options.output));
}

}  // namespace

Command BisectCommand() {
  using Options = BisectOptions;
  using campaign::Bisection;
  CommandTable<Options> table;
  table.info = {
      .name = "bisect",
      .sentence =
          "Name the commit that broke a property: builds commits between a good and a bad one in "
          "a private worktree and replays a recording of the failure on each.",
      .positional = "REPLAY",
      .positional_meaning = "a replay file of the failure; a shrunk one outlives more changes",
      .least_names = 1,
      .most_names = 1};
  table.set_names = [](Options& options, const std::vector<std::string>& names) {
    options.bisection.replay_path = names.front();
  };
  table.options = {
      {{"--good", "REV", "a commit at which the property holds"},
       Set(&Options::bisection, &Bisection::good)},
      {{"--bad", "REV", "a later one at which it breaks"},
       Set(&Options::bisection, &Bisection::bad)},
      {{"--seeds", "N",
        "where the code goes another way than the recording, N seeds decide (default 5000); 0: the "
        "commit is untestable then"},
       Set(&Options::bisection, &Bisection::seeds)},
      {{"--build", "CMD",
        "builds a commit, in its directory; if it fails, the commit is untestable"},
       Set(&Options::bisection, &Bisection::build)},
      {{"--run", "CMD",
        "tests what was built: exit code 0 is good, 125 untestable, lower ones bad; "
        "$FENCEPOST_REPLAY is the file"},
       Set(&Options::bisection, &Bisection::run)},
      {kJson, Set(&Options::output, &Output::json)}};
  table.run = BisectAndShow;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
