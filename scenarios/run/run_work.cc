#include "scenarios/run/run_work.h"

#include <utility>

#include "core/rules/transition.h"

namespace fencepost {

void WorkMeter::Reset() { *this = WorkMeter(); }

void WorkMeter::On(const Event& event) {
  if (std::holds_alternative<PodStarted>(event.body)) {
    ++pods_;
  } else if (std::holds_alternative<CredentialsRefused>(event.body)) {
    ++refusals_;
  } else if (const auto* accepted = std::get_if<WorkerAccepted>(&event.body)) {
    if (accepted->org != nullptr) ++activations_;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    if (IsTerminal(commit->after.state)) ++ended_[commit->after.retire_reason];
  }
}

RunWork WorkMeter::work() const {
  RunWork work;
  const auto add = [&work](std::string name, std::uint64_t count) {
    if (count > 0) work.emplace(std::move(name), count);
  };
  add("pods made", pods_);
  add("activations", activations_);
  add("refusals of credentials", refusals_);
  std::uint64_t ended = 0;
  for (const auto& [reason, count] : ended_) {
    add("ended: " + reason, count);
    ended += count;
  }
  add("workers ended", ended);
  return work;
}

}  // namespace fencepost
