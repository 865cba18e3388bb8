// Decides whether a recorded concurrent history is linearizable: whether every call could have
// taken effect at one moment between its invocation and its return, with the results of a
// sequential run.
//
// The search is Wing and Gong's ("Testing and verifying concurrent objects", 1993): linearize a
// call that began before any unlinearized call returned, continue, and backtrack where no call
// fits. It uses Lowe's cache ("Testing for linearizability", 2017): a set of linearized calls
// together with a state of the model is visited once. A history of independent objects is checked
// object by object, which linearizability allows (Herlihy and Wing, 1990) and which makes long
// histories feasible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace fencepost::properties {

// When a call was made and when it returned, on one clock for all callers; no two moments are the
// same. A call that never returned, or whose reply was lost, may take effect at any time after its
// invocation, or never.
struct CallSpan {
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t invoked = 0;
  std::uint64_t returned = kNever;
};

// The object's meaning, one call at a time. The calls themselves are the model's own, known by
// their index in the history.
class SequentialModel {
 public:
  virtual ~SequentialModel() = default;
  virtual std::unique_ptr<SequentialModel> Clone() const = 0;
  // Runs the call. False when the call could not have had the recorded result in this state. A call
  // that never returned can have any result.
  virtual bool Step(std::size_t call) = 0;
  // Two models with the same text behave the same from here on.
  virtual std::string State() const = 0;
};

enum class Linearizability {
  kYes,
  kNo,
  kUnknown,  // the budget was used up
};

struct LinearizabilityVerdict {
  Linearizability answer = Linearizability::kUnknown;
  // kYes: an order of all calls that took effect. kNo: the longest order found after which no call
  // fits.
  std::vector<std::size_t> order;
  // kNo: the calls that could have come next if their results were different.
  std::vector<std::size_t> stuck;
  std::uint64_t steps = 0;  // runs of the model
};

// `budget` is the largest number of steps.
LinearizabilityVerdict CheckLinearizability(const std::vector<CallSpan>& history,
                                            const SequentialModel& initial,
                                            std::uint64_t budget = 10'000'000);

// The calls of each key, in the order of the history. When no call touches two keys, each part can
// be checked by itself. REQUIRES: one key for each call.
std::vector<std::vector<std::size_t>> PartitionByKey(const std::vector<std::string>& keys);

}  // namespace fencepost::properties
