// The store that runs work on: in memory, a SQLite file, or a PostgreSQL database.
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
  // Empties the store before a run; worker ids start from 1 again.
  virtual absl::Status Reset() = 0;
  // An operator removes the row, whatever the control plane owns.
  virtual absl::Status RemoveControlPlane(const CpId& cp) = 0;
};

inline constexpr std::string_view kSimulatedStore = "sim";

// Whether the store's code needs larger stacks on the runner's fibers, as libpq and SQLite do.
bool NeedsLargeStacks(std::string_view where);

// `where` is "sim", "sqlite:PATH" or a PostgreSQL URI. Errors say what is wrong with it. A store
// with content that no simulation has written is an error, and is left alone.
absl::StatusOr<std::unique_ptr<RunStore>> OpenRunStore(const std::string& where,
                                                       std::function<absl::Time()> clock,
                                                       EventObserver* observer);

}  // namespace fencepost
