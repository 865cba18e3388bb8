#include "sim/engine/strategies/choice_corpus.h"

#include <algorithm>

#include "sim/engine/check.h"
#include "sim/engine/trace.h"

namespace fencepost::sim {
namespace {

constexpr int kDrawn = 3;

}  // namespace

bool ChoiceCorpus::Learn(std::span<const Choice> choices, std::span<const uint32_t> features) {
  bool discovery = false;
  bool shorter = false;
  for (const uint32_t feature : features) {
    Check(feature < champions_.size(), "a feature beyond those of the corpus");
    Champion& champion = champions_[feature];
    ++champion.hits;
    if (champion.hits == 1) {
      discovery = true;
    } else {
      shorter |= choices.size() < entries_[champion.entry].choices.size();
    }
  }
  if (!discovery && !shorter) return false;
  const bool room = choices_kept_ + choices.size() <= kMostChoices;
  if (!room && entries_.empty()) return false;
  const size_t index = entries_.size();
  if (room) {
    entries_.push_back({{choices.begin(), choices.end()}, 0});
    choices_kept_ += choices.size();
  }
  for (const uint32_t feature : features) {
    Champion& champion = champions_[feature];
    if (champion.hits == 1) {
      discovered_.push_back(feature);
      // Without room, any other stands for it, so that it is not forgotten that it was reached.
      champion.entry = room ? index : champions_[discovered_.front()].entry;
      ++entries_[champion.entry].features;
      continue;
    }
    Entry& other = entries_[champion.entry];
    if (!room || choices.size() >= other.choices.size()) continue;
    champion.entry = index;
    ++entries_[index].features;
    if (--other.features > 0) continue;
    choices_kept_ -= other.choices.size();
    std::vector<Choice>().swap(other.choices);
  }
  return discovery && room;
}

std::span<const Choice> ChoiceCorpus::Pick(Random& random) const {
  Check(!empty(), "nothing to pick from an empty corpus");
  const Champion* rarest = nullptr;
  for (int i = 0; i < kDrawn; ++i) {
    const uint32_t drawn = random.Below(static_cast<uint32_t>(discovered_.size()));
    const Champion& champion = champions_[discovered_[drawn]];
    if (rarest == nullptr || champion.hits < rarest->hits) rarest = &champion;
  }
  return entries_[rarest->entry].choices;
}

std::vector<std::span<const Choice>> ChoiceCorpus::Kept() const {
  std::vector<std::span<const Choice>> kept;
  for (const Entry& entry : entries_) {
    if (entry.features > 0) kept.emplace_back(entry.choices);
  }
  return kept;
}

std::vector<uint32_t> FaultFeatures(std::span<const Choice> choices) {
  std::vector<uint32_t> features;
  uint64_t step = 0;
  for (const Choice& choice : choices) {
    if (choice.kind == ChoiceKind::kSchedule) {
      step = MixHash(choice.chosen.hash(), choice.point.hash());
    }
    if (choice.kind != ChoiceKind::kFault || choice.index == 0) continue;
    const uint64_t hash = MixHash(step, choice.chosen.hash());
    features.push_back(static_cast<uint32_t>(hash % kFaultFeatures));
  }
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

}  // namespace fencepost::sim
