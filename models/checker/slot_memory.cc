#include "models/checker/slot_memory.h"

#include <sys/mman.h>

#include <utility>

#include "core/check.h"

namespace fencepost::models {
namespace {

constexpr std::size_t kPiece = std::size_t{4} << 20;

}  // namespace

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
  std::swap(given_back_, other.given_back_);
  return *this;
}

SlotMemory::~SlotMemory() {
  if (data_ != nullptr) munmap(data_, words_ * sizeof(std::uint64_t));
}

void SlotMemory::GiveBack(std::size_t words) {
  const std::size_t end = words * sizeof(std::uint64_t) / kPiece * kPiece;
  if (end <= given_back_) return;
  madvise(reinterpret_cast<char*>(data_) + given_back_, end - given_back_, MADV_DONTNEED);
  given_back_ = end;
}

}  // namespace fencepost::models
