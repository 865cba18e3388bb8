#include "cli/model_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using Clock = std::chrono::steady_clock;
using models::SearchProgress;
using models::SearchRequest;

// What the search wishes to know of the world outside: the time, the terminal.
class Watch {
 public:
  Watch(const ModelRequest& request, bool show)
      : request_(request), show_(show), begin_(Clock::now()), saved_(begin_), shown_(begin_) {}

  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  SearchRequest Look(const SearchProgress& progress) {
    const Clock::time_point now = Clock::now();
    if (show_ && now - shown_ >= kInterval) {
      Show(progress);
      shown_ = now;
    }
    if (request_.time && absl::FromChrono(now - begin_) >= *request_.time)
      return SearchRequest::kStop;
    const bool due = absl::FromChrono(now - saved_) >= request_.checkpoint_every;
    if (request_.search.checkpoint.empty() || !due) return SearchRequest::kContinue;
    saved_ = now;
    return SearchRequest::kCheckpoint;
  }

  void End() const {
    if (show_) std::fputs("\r\033[K", stderr);
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
    const std::size_t width = StyleFor(STDERR_FILENO, /*ascii=*/true).width;
    std::fputs(("\r" + line.substr(0, width - 1) + "\033[K").c_str(), stderr);
    std::fflush(stderr);
  }

  const ModelRequest& request_;
  const bool show_;
  const Clock::time_point begin_;
  Clock::time_point saved_;
  Clock::time_point shown_;
};

}  // namespace

TimedReport RunCheck(const models::Machine& machine, const ModelRequest& request, bool quiet) {
  Watch watch(request, !quiet && IsTerminal(STDERR_FILENO));
  models::SearchOptions search = request.search;
  search.progress = [&watch](const SearchProgress& progress) { return watch.Look(progress); };
  TimedReport timed;
  timed.report = models::CheckMachine(machine, search, request.liveness);
  timed.seconds = watch.seconds();
  watch.End();
  return timed;
}

}  // namespace fencepost::cli
