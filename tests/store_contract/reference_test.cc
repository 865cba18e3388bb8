// The reference store keeps the contract.

#include "sim/world/reference_store.h"
#include "tests/store_contract/store_events_contract.h"

namespace fencepost::store_contract {
namespace {

StoreFactory Reference() {
  return {.name = "Reference", .make = [](StoreClock clock, EventObserver* observer) {
            return std::make_shared<sim::ReferenceStore>(std::move(clock), observer);
          }};
}

INSTANTIATE_TEST_SUITE_P(, StoreContract, testing::Values(Reference()), FactoryName);
INSTANTIATE_TEST_SUITE_P(, StoreEventsContract, testing::Values(Reference()), FactoryName);

}  // namespace
}  // namespace fencepost::store_contract
