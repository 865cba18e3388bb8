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

namespace fencepost::sim {

// One such place. A probe is declared once, as a constant: the constant stands in the list of what
// a scenario must reach and where a run reaches it, so that the two cannot differ.
class Probe {
 public:
  // `name` is what is printed; it must live for ever.
  constexpr explicit Probe(std::string_view name) : name_(name) {}
  constexpr std::string_view name() const { return name_; }
  friend constexpr bool operator==(const Probe&, const Probe&) = default;

 private:
  std::string_view name_;
};

// How often each probe was hit.
class Probes {
 public:
  struct Entry {
    std::string name;
    std::uint64_t hits = 0;
  };

  // The index of the probe of that name; added with no hits if there is none.
  std::size_t Register(std::string_view name);
  void Hit(std::size_t index) { ++entries_[index].hits; }
  std::uint64_t hits(std::string_view name) const;
  // In the order of registration.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace fencepost::sim
