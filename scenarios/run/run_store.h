// The store that runs work on: in memory, a SQLite file, a PostgreSQL database.
//
// The same seed gives the same events on each of them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/seams/lifecycle_store.h"

namespace fencepost {

class RunStore {
 public:
  virtual ~RunStore() = default;
  virtual LifecycleStore& store() = 0;
  // Empty again, worker ids from 1: before each run.
  virtual absl::Status Reset() = 0;
  // An operator's hand: the row is gone, whatever it owned.
  virtual absl::Status RemoveControlPlane(const CpId& cp) = 0;
};

inline constexpr std::string_view kSimulatedStore = "sim";

// Its code calls libpq or SQLite on the runner's fibers, which takes larger stacks.
bool NeedsLargeStacks(std::string_view where);

// `where`: "sim", "sqlite:PATH", or a PostgreSQL URI. Errors say what is wrong with it; a store
// that holds what no simulation made is one of them, and is left alone.
absl::StatusOr<std::unique_ptr<RunStore>> OpenRunStore(const std::string& where,
                                                       std::function<absl::Time()> clock,
                                                       EventObserver* observer);

}  // namespace fencepost
