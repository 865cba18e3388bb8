// The progress of a campaign, as one line that is drawn again and again. On a terminal only:
// elsewhere nothing is written.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace fencepost::cli {

class Progress {
 public:
  // Writes to stderr, so that what is asked for on stdout stays clean.
  explicit Progress(bool enabled) : enabled_(enabled) {}

  // `budget`: either a number of executions or a time; a search may have neither.
  struct Budget {
    std::optional<std::uint64_t> executions;
    std::optional<std::chrono::duration<double>> time;
  };
  void Begin(std::string what, Budget budget);
  void Show(std::uint64_t executions);
  // Takes the line away.
  void End();

  // At what pace Show is worth calling.
  static constexpr std::chrono::milliseconds kInterval{100};

 private:
  using Clock = std::chrono::steady_clock;

  const bool enabled_;
  std::string what_;
  Budget budget_;
  Clock::time_point begin_;
};

}  // namespace fencepost::cli
