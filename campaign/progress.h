// Where a campaign tells how far it is while it runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace fencepost::campaign {

class Progress {
 public:
  virtual ~Progress() = default;

  // Either a number of executions or a time. A search has neither if nothing bounds it.
  struct Budget {
    std::optional<std::uint64_t> executions;
    std::optional<std::chrono::duration<double>> time;
  };

  // `what` runs from now on.
  virtual void Begin(std::string what, Budget budget) = 0;
  // `executions`: how many have ended since Begin.
  virtual void Show(std::uint64_t executions) = 0;
  virtual void End() = 0;

  // How often Show is worth calling.
  static constexpr std::chrono::milliseconds kInterval{100};
};

}  // namespace fencepost::campaign
