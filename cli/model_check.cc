#include "cli/model_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "cli/report/terminal.h"
#include "cli/report/terminal_progress.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using Clock = std::chrono::steady_clock;
using models::SearchProgress;
using models::SearchRequest;

// What the search asks about the world outside: the time, and the terminal.
class Watch {
 public:
  Watch(const ModelOptions& options, bool show)
      : options_(options), show_(show), begin_(Clock::now()), saved_(begin_), shown_(begin_) {}

  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  SearchRequest Look(const SearchProgress& progress) {
    const Clock::time_point now = Clock::now();
    if (show_ && now - shown_ >= kInterval) {
      Show(progress);
      shown_ = now;
    }
    if (options_.time && absl::FromChrono(now - begin_) >= *options_.time)
      return SearchRequest::kStop;
    const bool due = absl::FromChrono(now - saved_) >= options_.checkpoint_every;
    if (options_.search.checkpoint.empty() || !due) return SearchRequest::kContinue;
    saved_ = now;
    return SearchRequest::kCheckpoint;
  }

  void End() const {
    if (show_) RemoveProgressLine();
  }

 private:
  static constexpr std::chrono::milliseconds kInterval{200};

  void Show(const SearchProgress& progress) const {
    const double spent = std::max(seconds(), 0.001);
    const std::string line = fmt::format(
        "{:.0f} s  {} states, {} waiting, {} steps from the start, {} MB, {}/s", spent,
        Grouped(progress.states), Grouped(progress.waiting), progress.depth,
        Grouped(progress.bytes >> 20),
        Grouped(static_cast<std::uint64_t>(static_cast<double>(progress.states) / spent)));
    DrawProgressLine(line);
  }

  const ModelOptions& options_;
  const bool show_;
  const Clock::time_point begin_;
  Clock::time_point saved_;
  Clock::time_point shown_;
};

}  // namespace

TimedReport RunCheck(const models::Machine& machine, const ModelOptions& options, bool quiet) {
  Watch watch(options, !quiet && IsTerminal(STDERR_FILENO));
  models::SearchOptions search = options.search;
  search.progress = [&watch](const SearchProgress& progress) { return watch.Look(progress); };
  TimedReport timed;
  timed.report = models::CheckMachine(machine, search, options.liveness);
  timed.seconds = watch.seconds();
  watch.End();
  return timed;
}

}  // namespace fencepost::cli
