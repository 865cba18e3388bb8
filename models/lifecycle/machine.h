// The protocol as an abstract machine: the steps that each actor may take next.
//
// Abstracted are clocks (a timeout may expire whenever its cause is present), orgs and images
// (every idle worker fits every claim), revisions (a snapshot is current or stale) and retries (a
// call succeeds or is given up). Modelled are rows, pods, secrets, sessions, the leases in each
// process's memory, and the position of each choreography between two calls.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/checker/model.h"
#include "models/lifecycle/options.h"
#include "models/lifecycle/properties.h"
#include "models/lifecycle/rules.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

class Machine {
 public:
  using State = models::State;

  // REQUIRES: options.Validate().ok()
  explicit Machine(const Options& options);

  std::string Name() const { return options_.Sentence(); }
  std::vector<State> Initial() const;
  void Expand(const State& state, Steps<State>& steps) const;
  std::uint8_t Broken(const State& state) const {
    return BrokenIn(state, options_.control_planes, options_.workers);
  }
  bool MayEnd(const State& state) const {
    return IsAtRest(state, options_.control_planes, options_.workers);
  }
  // The least of the states that differ only by the names of control planes and workers.
  State Canonical(const State& state) const;

  std::string_view PropertyName(std::uint8_t property) const { return kProperties[property].name; }
  Fairness FairnessOf(std::uint8_t) const { return Fairness::kStrong; }
  std::vector<Liveness> LivenessProperties() const {
    return {kLivenessProperties.begin(), kLivenessProperties.end()};
  }
  bool Pending(const State& state, std::size_t liveness) const {
    return IsPending(state, options_.control_planes, options_.workers,
                     static_cast<LivenessProperty>(liveness));
  }
  std::string Describe(const State&, const Step<State>& step) const {
    return DescribeStep(step.rule, step.detail);
  }
  std::string DescribeState(const State& state) const {
    return models::DescribeState(state, options_.control_planes, options_.workers);
  }

  const Options& options() const { return options_; }

 private:
  const Options options_;
};

}  // namespace fencepost::models
