// `sometimes` marks: places that a campaign must reach, counted.
//
// A search that never gets somewhere proves nothing about it; a probe that is never hit is
// reported. The idea is FoundationDB's TEST() macro, and Antithesis's sometimes assertions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/events/event.h"

namespace fencepost::sim {

class Probes {
 public:
  struct Entry {
    std::string name;
    std::uint64_t hits = 0;
  };

  // The index of the probe of that name; made with no hits if there is none.
  std::size_t Register(std::string_view name);
  void Hit(std::size_t index) { ++entries_[index].hits; }
  std::uint64_t hits(std::string_view name) const;
  // In the order of registration.
  const std::vector<Entry>& entries() const { return entries_; }
  // Adds the other's hits to these.
  void Merge(const Probes& other);

 private:
  std::vector<Entry> entries_;
};

// Marks what the lifecycle went through: each outcome told ("told fence_miss_owner"), each
// operation that landed ("landed drain"), each origin of a fence ("fence from absent_row").
class LifecycleProbes : public EventObserver {
 public:
  explicit LifecycleProbes(Probes& probes);

  void On(const Event& event) override;

 private:
  Probes& probes_;
  std::vector<std::size_t> told_;     // by outcome
  std::vector<std::size_t> landed_;   // by operation
  std::vector<std::size_t> origins_;  // by origin
};

}  // namespace fencepost::sim
