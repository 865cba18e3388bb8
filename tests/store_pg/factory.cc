#include "tests/store_pg/factory.h"

#include <memory>
#include <stdexcept>
#include <string>

#include "store_pg/pg_store.h"
#include "store_pg/schema.h"
#include "tests/store_pg/database.h"

namespace fencepost::store_pg_test {
namespace {

class NoObserver : public EventObserver {
 public:
  void On(const Event&) override {}
};

std::shared_ptr<LifecycleStore> MakeStore(store_contract::StoreClock clock,
                                          EventObserver* observer) {
  static std::weak_ptr<Database> last;
  std::shared_ptr<Database> database = last.lock();
  if (database == nullptr) {
    database = std::make_shared<Database>();
    last = database;
  }
  PgOptions options = database->Options();
  options.clock = std::move(clock);
  options.observer = observer;
  const absl::Status erased = EraseEverything(options);
  if (!erased.ok()) throw std::runtime_error(std::string(erased.message()));
  auto store = PgStore::Connect(options);
  if (!store.ok()) throw std::runtime_error(std::string(store.status().message()));
  // The store goes before its database.
  struct Holder {
    std::shared_ptr<Database> database;
    std::unique_ptr<PgStore> store;
  };
  auto holder = std::make_shared<Holder>(Holder{database, *std::move(store)});
  return {holder, holder->store.get()};
}

}  // namespace

store_contract::StoreFactory PgFactory() { return {.name = "Postgres", .make = MakeStore}; }

store_contract::StoreFactory ObservedPgFactory() {
  return {.name = "PostgresObserved",
          .make = [](store_contract::StoreClock clock, EventObserver* observer) {
            static NoObserver nobody;
            return MakeStore(std::move(clock), observer == nullptr ? &nobody : observer);
          }};
}

}  // namespace fencepost::store_pg_test
