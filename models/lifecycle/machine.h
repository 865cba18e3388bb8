// The protocol as an abstract machine: what each actor may do next, as atomic steps.
//
// What is abstracted: clocks (a timeout may strike whenever its cause is there), orgs and images
// (every idle worker fits every claim), revisions (a snapshot is current or stale), retries (a call
// comes to its end or is given up). What is kept: rows, pods, secrets, sessions, leases in memory,
// and the point at which each choreography stands between two calls.
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
  // The least of the states that differ by the names of control planes and workers alone.
  State Canonical(const State& state) const;

  std::string_view PropertyName(std::uint8_t property) const { return kProperties[property].name; }
  Fairness FairnessOf(std::uint8_t) const { return Fairness::kStrong; }
  std::vector<Liveness> LivenessProperties() const {
    return {kPendencies.begin(), kPendencies.end()};
  }
  bool Pending(const State& state, std::size_t liveness) const {
    return IsPending(state, options_.control_planes, options_.workers,
                     static_cast<Pendency>(liveness));
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
