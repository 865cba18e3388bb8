// Replay: follows recorded choices by the name of what was chosen, so that a recording outlives
// changes of the code. Where it cannot be followed it says so, once: the first Parting.
//
// An execution followed to its end without a parting made exactly the recorded choices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

// Where the run and the recording parted.
struct Parting {
  size_t step = 0;       // index into the recorded choices
  std::string expected;  // what the recording has there, e.g. "schedule claim: cp-1/janitor"
  std::string found;     // what the run had there
  std::string why;       // one sentence
};

class Replay : public Strategy {
 public:
  enum class AfterParting : uint8_t {
    kStop,             // end the execution with End::kStopped
    kContinueDefault,  // take the first enabled alternative from there on, random bits are 0
  };

  explicit Replay(std::vector<Choice> choices, AfterParting after = AfterParting::kStop)
      : choices_(std::move(choices)), after_(after) {}

  // Nothing if the run has followed the recording. Left-over choices are found at the end of the
  // execution.
  const std::optional<Parting>& parting() const { return parting_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;
  void EndExecution(End end) override;

 private:
  uint32_t Default(const ChoicePoint& point) const;
  void Part(std::string found, std::string why);

  const std::vector<Choice> choices_;
  const AfterParting after_;
  size_t step_ = 0;
  std::optional<Parting> parting_;
};

}  // namespace fencepost::sim
