#pragma once

#include "tests/store_contract/store_factory.h"

namespace fencepost::store_sqlite_test {

// Each store is a new file in a folder of its own, which goes away with it.
store_contract::StoreFactory SqliteFactory();

}  // namespace fencepost::store_sqlite_test
