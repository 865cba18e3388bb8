// A zeroed array of 64-bit words straight from the operating system: in huge pages where there are
// any, and given back piece by piece while a larger one takes its place.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fencepost::models {

class SlotMemory {
 public:
  SlotMemory() = default;
  // Ends the process where there is no memory: bounds are the caller's.
  explicit SlotMemory(std::size_t words);
  SlotMemory(SlotMemory&& other) noexcept;
  SlotMemory& operator=(SlotMemory&& other) noexcept;
  ~SlotMemory();

  std::uint64_t* data() { return data_; }
  const std::uint64_t* data() const { return data_; }
  std::size_t words() const { return words_; }

  // The words from `first` to `last` are needed no more: the pages that they fill are given back.
  // REQUIRES: `first` begins a page.
  void GiveBack(std::size_t first, std::size_t last);

 private:
  std::uint64_t* data_ = nullptr;
  std::size_t words_ = 0;
};

}  // namespace fencepost::models
