// A zeroed array of 64-bit words, mapped directly from the operating system, in huge pages where
// they are available. Parts of it can be released while their content is moved to a larger array.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fencepost::models {

class SlotMemory {
 public:
  SlotMemory() = default;
  // Ends the process if the mapping fails. The caller keeps the memory bound.
  explicit SlotMemory(std::size_t words);
  SlotMemory(SlotMemory&& other) noexcept;
  SlotMemory& operator=(SlotMemory&& other) noexcept;
  ~SlotMemory();

  std::uint64_t* data() { return data_; }
  const std::uint64_t* data() const { return data_; }
  std::size_t words() const { return words_; }

  // Releases the pages of the words from `first` to `last`, whose content is lost.
  // REQUIRES: `first` begins a page.
  void GiveBack(std::size_t first, std::size_t last);

 private:
  std::uint64_t* data_ = nullptr;
  std::size_t words_ = 0;
};

}  // namespace fencepost::models
