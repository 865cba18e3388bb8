// SQLite keeps the contract.

#include "tests/store_contract/store_contract.h"
#include "tests/store_contract/store_events_contract.h"
#include "tests/store_sqlite/factory.h"

namespace fencepost::store_contract {
namespace {

INSTANTIATE_TEST_SUITE_P(, StoreContract, testing::Values(store_sqlite_test::SqliteFactory()),
                         FactoryName);
INSTANTIATE_TEST_SUITE_P(, StoreEventsContract, testing::Values(store_sqlite_test::SqliteFactory()),
                         FactoryName);

}  // namespace
}  // namespace fencepost::store_contract
