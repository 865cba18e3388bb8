#include "tests/store_sqlite/factory.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "store_sqlite/sqlite_store.h"
#include "tests/store_sqlite/folder.h"

namespace fencepost::store_sqlite_test {

store_contract::StoreFactory SqliteFactory() {
  return {.name = "Sqlite",
          .make = [](store_contract::StoreClock clock,
                     EventObserver* observer) -> std::shared_ptr<LifecycleStore> {
            struct Holder {
              Folder folder;
              std::unique_ptr<SqliteStore> store;
            };
            auto holder = std::make_shared<Holder>();
            SqliteOptions options;
            options.path = holder->folder.File("store");
            options.synchronous = SqliteSynchronous::kOff;  // no test here cuts the power
            options.clock = std::move(clock);
            options.observer = observer;
            auto store = SqliteStore::Open(std::move(options));
            if (!store.ok()) throw std::runtime_error(std::string(store.status().message()));
            holder->store = *std::move(store);
            return {holder, holder->store.get()};
          }};
}

}  // namespace fencepost::store_sqlite_test
