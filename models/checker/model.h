// What the checker needs of a model.
//
// A model is a value that many threads read at once. It names its rules, properties and fair
// actions; what they mean is its own business.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::models {

inline constexpr std::uint8_t kNothingBroken = 0xff;
// A step that nobody has to take: a fault, or a choice of the environment.
inline constexpr std::uint8_t kUnfair = 0xff;
inline constexpr std::size_t kMostFairActions = 64;

// One way on from a state.
template <class StateType>
struct Step {
  StateType next;
  std::uint16_t rule = 0;    // for people; see Model::Describe
  std::uint16_t detail = 0;  // whose step it is and how it went, as the model has it
  std::uint8_t fair = kUnfair;
  std::uint8_t broken = kNothingBroken;  // a property that the step itself breaks
};

template <class StateType>
using Steps = std::vector<Step<StateType>>;

// Weak: a run that always could take the action takes it again and again. Strong: so does a run
// that could take it again and again.
enum class Fairness : std::uint8_t { kWeak, kStrong };

// Whatever is pending must come to an end, in every fair run.
struct Liveness {
  std::string_view name;
  std::string_view sentence;
};

template <class M>
concept Model = requires(const M& model, const typename M::State& state,
                         Steps<typename M::State>& steps, const Step<typename M::State>& step) {
  typename M::State;
  { model.Initial() } -> std::same_as<std::vector<typename M::State>>;
  // Model and parameters, in one line: what tells it from every other.
  { model.Name() } -> std::same_as<std::string>;
  // Appends all steps, in a fixed order.
  model.Expand(state, steps);
  // The first property that does not hold in the state, or kNothingBroken.
  { model.Broken(state) } -> std::same_as<std::uint8_t>;
  // May nothing happen any more?
  { model.MayEnd(state) } -> std::same_as<bool>;
  // One state for all that differ by names alone.
  { model.Canonical(state) } -> std::same_as<typename M::State>;
  { model.PropertyName(std::uint8_t{}) } -> std::convertible_to<std::string_view>;
  // Of any number below kMostFairActions, taken or not.
  { model.FairnessOf(std::uint8_t{}) } -> std::same_as<Fairness>;
  { model.LivenessProperties() } -> std::same_as<std::vector<Liveness>>;
  { model.Pending(state, std::size_t{}) } -> std::same_as<bool>;
  { model.Describe(state, step) } -> std::same_as<std::string>;
  { model.DescribeState(state) } -> std::same_as<std::string>;
};

}  // namespace fencepost::models
