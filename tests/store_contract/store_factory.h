// How the contract and the differential tests get at a store.
//
// A store's own test executable makes a factory for it and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(, StoreContract, testing::Values(Sqlite()), FactoryName);
//   INSTANTIATE_TEST_SUITE_P(, StoreEventsContract, testing::Values(Sqlite()), FactoryName);
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "core/events/event.h"
#include "core/seams/lifecycle_store.h"

namespace fencepost::store_contract {

using StoreClock = std::function<absl::Time()>;

struct StoreFactory {
  std::string name;
  // An empty store, whose worker ids begin at 1, on `clock`. It sends true events to `observer`,
  // which may be null. What it needs outside the process goes away with it.
  std::function<std::shared_ptr<LifecycleStore>(StoreClock clock, EventObserver* observer)> make;

  friend std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
    return out << factory.name;
  }
};

inline std::string FactoryName(const testing::TestParamInfo<StoreFactory>& info) {
  return info.param.name;
}

}  // namespace fencepost::store_contract
