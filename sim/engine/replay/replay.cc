#include "sim/engine/replay/replay.h"

#include <utility>

namespace fencepost::sim {
namespace {

constexpr uint32_t kNotThere = UINT32_MAX;

std::string Describe(ChoiceKind kind, Label point) {
  return std::string(ChoiceKindName(kind)) + " \"" + std::string(point.text()) + "\"";
}

std::string DescribeBits(Label point) {
  return "random bits \"" + std::string(point.text()) + "\"";
}

std::string Describe(const Choice& choice) {
  if (choice.is_bits()) return DescribeBits(choice.point);
  return Describe(choice.kind, choice.point) + ": " + std::string(choice.chosen.text());
}

std::string Describe(const ChoicePoint& point) {
  std::string text = Describe(point.kind, point.name) + ": one of";
  for (const Alternative& alternative : point.alternatives) {
    if (alternative.weight > 0) text.append(" ").append(alternative.name.text());
  }
  return text;
}

// The recorded index first, in case the caller has given two alternatives the same name.
uint32_t FindByName(const ChoicePoint& point, const Choice& choice) {
  const auto alternatives = point.alternatives;
  if (choice.index < alternatives.size() && alternatives[choice.index].name == choice.chosen) {
    return choice.index;
  }
  for (uint32_t i = 0; i < alternatives.size(); ++i) {
    if (alternatives[i].name == choice.chosen) return i;
  }
  return kNotThere;
}

}  // namespace

bool Replay::BeginExecution() {
  step_ = 0;
  parting_.reset();
  return true;
}

uint32_t Replay::Choose(const ChoicePoint& point) {
  if (parting_) return Default(point);
  if (step_ >= choices_.size()) {
    Part(Describe(point), "the recording ends here and the run goes on");
    return Default(point);
  }
  const Choice& choice = choices_[step_];
  if (choice.is_bits() || choice.kind != point.kind || choice.point != point.name) {
    Part(Describe(point), "the run came to another point than the recording");
    return Default(point);
  }
  const uint32_t index = FindByName(point, choice);
  if (index == kNotThere) {
    Part(Describe(point), "what was chosen does not exist here");
    return Default(point);
  }
  if (point.alternatives[index].weight == 0) {
    Part(Describe(point), "what was chosen is disabled here");
    return Default(point);
  }
  ++step_;
  return index;
}

uint64_t Replay::RandomBits(Label point) {
  if (parting_) return 0;
  if (step_ >= choices_.size()) {
    Part(DescribeBits(point), "the recording ends here and the run goes on");
    return 0;
  }
  const Choice& choice = choices_[step_];
  if (!choice.is_bits() || choice.point != point) {
    Part(DescribeBits(point), "the run came to another point than the recording");
    return 0;
  }
  ++step_;
  return choice.bits;
}

void Replay::EndExecution(End end) {
  if (parting_ || step_ == choices_.size()) return;
  Part("the end of the execution: " + std::string(EndName(end)),
       "the run ended and the recording has " + std::to_string(choices_.size() - step_) +
           " more choices");
}

uint32_t Replay::Default(const ChoicePoint& point) const {
  if (after_ == AfterParting::kStop) return kStop;
  uint32_t index = 0;
  while (point.alternatives[index].weight == 0) ++index;
  return index;
}

void Replay::Part(std::string found, std::string why) {
  std::string expected =
      step_ < choices_.size() ? Describe(choices_[step_]) : "the end of the recording";
  parting_ = Parting{step_, std::move(expected), std::move(found), std::move(why)};
}

}  // namespace fencepost::sim
