// The progress of a campaign on a terminal, as one line that is drawn again and again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "campaign/progress.h"

namespace fencepost::cli {

class TerminalProgress : public campaign::Progress {
 public:
  // Writes to stderr, so that what is asked for on stdout stays clean, and only if stderr is a
  // terminal. `quiet`: writes nothing in any case.
  explicit TerminalProgress(bool quiet);

  void Begin(std::string what, Budget budget) override;
  void Show(std::uint64_t executions) override;
  // Removes the line.
  void End() override;

 private:
  using Clock = std::chrono::steady_clock;

  const bool enabled_;
  std::string what_;
  Budget budget_;
  Clock::time_point begin_;
};

// Draws `line` over the one that was drawn last, cut to the width of the terminal.
void DrawProgressLine(const std::string& line);
void RemoveProgressLine();

}  // namespace fencepost::cli
