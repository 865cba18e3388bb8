// The interface between the checker and a model.
//
// A model is a value that several threads read concurrently. It numbers its rules, properties and
// fair actions; the checker does not interpret the numbers.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::models {

inline constexpr std::uint8_t kNothingBroken = 0xff;
// A step that no actor is obliged to take: a fault, or a choice of the environment.
inline constexpr std::uint8_t kUnfair = 0xff;
inline constexpr std::size_t kMostFairActions = 64;

// A transition from a state to a successor.
template <class StateType>
struct Step {
  StateType next;
  std::uint16_t rule = 0;    // the model's own number, for Model::Describe
  std::uint16_t detail = 0;  // the model's own encoding of the actor and the result
  std::uint8_t fair = kUnfair;
  std::uint8_t broken = kNothingBroken;  // a property that the step itself breaks
};

template <class StateType>
using Steps = std::vector<Step<StateType>>;

// Weak: an action that is enabled for ever from some point on is taken infinitely often. Strong: an
// action that is enabled infinitely often is taken infinitely often.
enum class Fairness : std::uint8_t { kWeak, kStrong };

// A liveness property: in every fair run, what is pending in a state is not pending in a later one.
struct Liveness {
  std::string_view name;
  std::string_view sentence;
};

template <class M>
concept Model = requires(const M& model, const typename M::State& state,
                         Steps<typename M::State>& steps, const Step<typename M::State>& step) {
  typename M::State;
  { model.Initial() } -> std::same_as<std::vector<typename M::State>>;
  // Identifies the model and its parameters, in one line.
  { model.Name() } -> std::same_as<std::string>;
  // Appends all steps, in a fixed order.
  model.Expand(state, steps);
  // The first property that does not hold in the state, or kNothingBroken.
  { model.Broken(state) } -> std::same_as<std::uint8_t>;
  // Whether a state without successors is an expected end, and no deadlock.
  { model.MayEnd(state) } -> std::same_as<bool>;
  // The representative of all states that differ by the names of actors alone.
  { model.Canonical(state) } -> std::same_as<typename M::State>;
  { model.PropertyName(std::uint8_t{}) } -> std::convertible_to<std::string_view>;
  // REQUIRES: an action below kMostFairActions. Answers for unused numbers as well.
  { model.FairnessOf(std::uint8_t{}) } -> std::same_as<Fairness>;
  { model.LivenessProperties() } -> std::same_as<std::vector<Liveness>>;
  { model.Pending(state, std::size_t{}) } -> std::same_as<bool>;
  { model.Describe(state, step) } -> std::same_as<std::string>;
  { model.DescribeState(state) } -> std::same_as<std::string>;
};

}  // namespace fencepost::models
