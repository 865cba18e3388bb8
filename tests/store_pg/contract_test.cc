// PostgreSQL keeps the contract, with both forms of its transitions.

#include "tests/store_contract/store_contract.h"
#include "tests/store_contract/store_events_contract.h"
#include "tests/store_pg/factory.h"

namespace fencepost::store_contract {
namespace {

INSTANTIATE_TEST_SUITE_P(, StoreContract,
                         testing::Values(store_pg_test::PgFactory(),
                                         store_pg_test::ObservedPgFactory()),
                         FactoryName);
INSTANTIATE_TEST_SUITE_P(, StoreEventsContract, testing::Values(store_pg_test::PgFactory()),
                         FactoryName);

}  // namespace
}  // namespace fencepost::store_contract
