// The identities and counters of the lifecycle, each a type of its own.
//
// Comparing an epoch with a revision, or naming a worker by an epoch, does not compile. Numbers
// start at 1; 0 means "none" and is never stored.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/rules/name.h"

namespace fencepost {

// Given out by the store from a sequence; never used again, not even after the row is gone.
enum class WorkerId : std::int64_t {};

// The generation of a worker's ownership: rises with every new lease. Workers refuse RPCs of an
// epoch below the highest one they have seen, which makes it the fencing token of their protocol.
enum class Epoch : std::int64_t {};

// Rises by one with every change of a row; what a snapshot fence compares.
enum class Revision : std::int64_t {};

// Tells two incarnations of one control plane apart. Drawn at random by each process at its start.
enum class BootId : std::uint64_t {};

// The fencing token of leadership: rises with every change of the leader.
enum class Term : std::int64_t {};

using CpId = Name<struct CpIdTag>;        // one incarnation of a control plane
using Org = Name<struct OrgTag>;          // a tenant; empty: the worker has served nobody yet
using Image = Name<struct ImageTag>;      // the container image that a worker runs
using PodName = Name<struct PodNameTag>;  // may be used again by the platform
using PodUid = Name<struct PodUidTag>;    // given by the platform, never used again
using SecretName = Name<struct SecretNameTag>;
using SessionToken = Name<struct SessionTokenTag>;

// Names one attempt to change a worker. `sequence` rises with every operation of one process, so
// the store can tell a repeated operation (the same id) and a late one (a lower sequence) from a
// new one. The row keeps the id of the last operation that took effect.
struct OperationId {
  BootId boot{};
  std::uint64_t sequence = 0;

  friend bool operator==(const OperationId&, const OperationId&) = default;
  friend auto operator<=>(const OperationId&, const OperationId&) = default;

  bool none() const { return sequence == 0; }
  // "00000000000000a7-12": sixteen hexadecimal digits of the boot, then the sequence.
  std::string ToString() const;
  static std::optional<OperationId> Parse(std::string_view text);
};

constexpr std::int64_t Number(WorkerId id) { return static_cast<std::int64_t>(id); }
constexpr std::int64_t Number(Epoch epoch) { return static_cast<std::int64_t>(epoch); }
constexpr std::int64_t Number(Revision revision) { return static_cast<std::int64_t>(revision); }
constexpr std::uint64_t Number(BootId boot) { return static_cast<std::uint64_t>(boot); }
constexpr std::int64_t Number(Term term) { return static_cast<std::int64_t>(term); }

constexpr Epoch Next(Epoch epoch) { return Epoch{Number(epoch) + 1}; }
constexpr Revision Next(Revision revision) { return Revision{Number(revision) + 1}; }

}  // namespace fencepost
