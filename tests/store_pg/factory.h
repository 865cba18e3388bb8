// PostgreSQL stores for the suites that every store runs.
#pragma once

#include "tests/store_contract/store_factory.h"

namespace fencepost::store_pg_test {

// Stores in one database of this process, emptied for each. With an observer, or without, the
// statements of transitions are different ones: both keep the contract.
store_contract::StoreFactory PgFactory();
// As PgFactory, with an observer where the suite has none.
store_contract::StoreFactory ObservedPgFactory();

}  // namespace fencepost::store_pg_test
