// A Runtime that runs every call at once, on the spot. Activities (the cleanups of pods) are not
// run: nothing that a store does depends on them.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "core/seams/runtime.h"

namespace fencepost::store_contract {

class InlineRuntime : public Runtime {
 public:
  using Blocking = absl::FunctionRef<absl::Status()>;

  // Stands in for the next call only: may run it, several times or never, and what it returns is
  // what the caller is told.
  std::function<absl::Status(Blocking call)> instead_of_next_call;
  // Runs in the next wait, that is, between two tries of a call whose reply was lost.
  std::function<void()> in_next_wait;

  absl::Time Now() override { return absl::UnixEpoch(); }
  absl::Status SleepUntil(absl::Time) override {
    if (auto meanwhile = std::exchange(in_next_wait, nullptr)) meanwhile();
    return absl::OkStatus();
  }
  ActivityId Spawn(std::string_view, std::function<void()>) override { return {}; }
  absl::Status Join(ActivityId) override { return absl::OkStatus(); }
  std::string_view CurrentActivity() const override { return {}; }
  int ActivityBound() const override { return std::numeric_limits<int>::max(); }
  std::unique_ptr<Signal> NewSignal() override { return std::make_unique<NoSignal>(); }
  std::uint64_t Random() override { return 4; }

 private:
  class NoSignal : public Signal {
   public:
    absl::Status WaitUntil(absl::Time) override { return absl::OkStatus(); }
    void NotifyAll() override {}
  };

  absl::Status DoCall(const CallSite&, Blocking call) override {
    if (auto instead = std::exchange(instead_of_next_call, nullptr)) return instead(call);
    return call();
  }
};

}  // namespace fencepost::store_contract
