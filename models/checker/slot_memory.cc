#include "models/checker/slot_memory.h"

#include <sys/mman.h>

#include <utility>

#include "core/rules/check.h"

namespace fencepost::models {

SlotMemory::SlotMemory(std::size_t words) : words_(words) {
  void* const mapped = mmap(nullptr, words * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  Check(mapped != MAP_FAILED, "there is address space for the visited set");
  madvise(mapped, words * sizeof(std::uint64_t), MADV_HUGEPAGE);
  data_ = static_cast<std::uint64_t*>(mapped);
}

SlotMemory::SlotMemory(SlotMemory&& other) noexcept { *this = std::move(other); }

SlotMemory& SlotMemory::operator=(SlotMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(words_, other.words_);
  return *this;
}

SlotMemory::~SlotMemory() {
  if (data_ != nullptr) munmap(data_, words_ * sizeof(std::uint64_t));
}

void SlotMemory::GiveBack(std::size_t first, std::size_t last) {
  madvise(data_ + first, (last - first) * sizeof(std::uint64_t), MADV_DONTNEED);
}

}  // namespace fencepost::models
