#include "cli/report/terminal_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "cli/report/terminal.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

constexpr std::size_t kBarWidth = 24;

std::string Bar(double part) {
  const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * kBarWidth);
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] ";
}

}  // namespace

TerminalProgress::TerminalProgress(bool quiet) : enabled_(!quiet && IsTerminal(STDERR_FILENO)) {}

void TerminalProgress::Begin(std::string what, Budget budget) {
  what_ = std::move(what);
  budget_ = budget;
  begin_ = Clock::now();
}

void TerminalProgress::Show(std::uint64_t executions) {
  if (!enabled_) return;
  const std::chrono::duration<double> spent = Clock::now() - begin_;
  std::string line = what_ + "  ";
  if (budget_.executions) {
    const auto all = static_cast<double>(*budget_.executions);
    line += Bar(static_cast<double>(executions) / all);
    line += fmt::format("{} of {} executions", Grouped(executions), Grouped(*budget_.executions));
  } else if (budget_.time) {
    line += Bar(spent / *budget_.time);
    line += fmt::format("{:.0f} of {:.0f} s, {} executions", spent.count(), budget_.time->count(),
                        Grouped(executions));
  } else {
    line += fmt::format("{:.0f} s, {} executions", spent.count(), Grouped(executions));
  }
  const double per_second = static_cast<double>(executions) / std::max(spent.count(), 0.001);
  line += fmt::format(", {}/s", Grouped(static_cast<std::uint64_t>(per_second)));
  DrawProgressLine(line);
}

void TerminalProgress::End() {
  if (enabled_) RemoveProgressLine();
}

void DrawProgressLine(const std::string& line) {
  // A line that the terminal wraps could not be drawn over.
  const std::size_t width = StyleFor(STDERR_FILENO, /*ascii=*/true).width;
  std::fputs(("\r" + line.substr(0, width - 1) + "\033[K").c_str(), stderr);
  std::fflush(stderr);
}

void RemoveProgressLine() {
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
}

}  // namespace fencepost::cli
