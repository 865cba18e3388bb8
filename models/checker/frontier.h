// States that wait to be expanded, stored in blocks, so that the memory of a long level is released
// block by block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace fencepost::models {

template <class State>
class Frontier {
 public:
  bool empty() const { return blocks_.empty(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }
  std::vector<State>& front() { return blocks_.front(); }

  void Add(std::vector<State> states) {
    if (states.empty()) return;
    size_ += states.size();
    if (!blocks_.empty() && blocks_.back().size() + states.size() <= kBlock) {
      bytes_ -= BytesOf(blocks_.back());
      blocks_.back().insert(blocks_.back().end(), states.begin(), states.end());
      bytes_ += BytesOf(blocks_.back());
      return;
    }
    for (; states.size() > kBlock; states.resize(states.size() - kBlock)) {
      blocks_.emplace_back(states.end() - static_cast<std::ptrdiff_t>(kBlock), states.end());
      bytes_ += BytesOf(blocks_.back());
    }
    blocks_.push_back(std::move(states));
    bytes_ += BytesOf(blocks_.back());
  }

  // The first `count` states of the first block have been expanded.
  void DropFront(std::size_t count) {
    std::vector<State>& block = blocks_.front();
    size_ -= count;
    bytes_ -= BytesOf(block);
    if (count == block.size()) {
      blocks_.pop_front();
      return;
    }
    block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    bytes_ += BytesOf(block);
  }

  void swap(Frontier& other) {
    std::swap(blocks_, other.blocks_);
    std::swap(size_, other.size_);
    std::swap(bytes_, other.bytes_);
  }

  // The states as raw words, for checkpoints.
  void AddParts(std::vector<std::span<const std::uint64_t>>& parts) const {
    for (const std::vector<State>& block : blocks_) {
      parts.push_back({block.data()->words.data(), block.size() * State::kWords});
    }
  }
  static std::span<std::uint64_t> WordsOf(std::vector<State>& states) {
    if (states.empty()) return {};
    return {states.data()->words.data(), states.size() * State::kWords};
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
  static std::size_t BytesOf(const std::vector<State>& block) {
    return block.capacity() * sizeof(State);
  }

  std::deque<std::vector<State>> blocks_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace fencepost::models
