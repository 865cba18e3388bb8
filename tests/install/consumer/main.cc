// A control plane outside the tree, on the installed core and the stores that are there.
//
//   consumer sqlite PATH | consumer postgres CONNECTION | consumer (the core alone)
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

#include "fencepost/core/lifecycle/lifecycle.h"
#include "fencepost/core/rules/transition.h"
#include "fencepost/core/threads/thread_runtime.h"
#include "service.h"
#ifdef CONSUMER_HAS_STORE_SQLITE
#include "fencepost/store_sqlite/sqlite_store.h"
#endif
#ifdef CONSUMER_HAS_STORE_PG
#include "fencepost/store_pg/pg_store.h"
#include "fencepost/store_pg/schema.h"
#endif

namespace {

int CoreAlone() {
  fencepost::ThreadRuntime runtime;
  absl::Status made;
  runtime.Run([&] {
    made = fencepost::WorkerLifecycle::Create({.cp = fencepost::CpId("cp-1"), .runtime = &runtime})
               .status();
  });
  std::printf("%zu operations; %s\n", fencepost::kLifecycle.size(), made.ToString().c_str());
  return absl::IsInvalidArgument(made) ? 0 : 1;
}

template <typename Store>
int ServeOn(absl::StatusOr<std::unique_ptr<Store>> store, const char* name) {
  if (!store.ok()) {
    std::printf("%s\n", store.status().ToString().c_str());
    return 1;
  }
  return Serve(**store, name) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view where = argc == 3 ? argv[1] : "";
  if (argc == 1) return CoreAlone();
#ifdef CONSUMER_HAS_STORE_SQLITE
  if (where == "sqlite") {
    return ServeOn(fencepost::SqliteStore::Open({.path = argv[2]}), "on-sqlite");
  }
#endif
#ifdef CONSUMER_HAS_STORE_PG
  if (where == "postgres") {
    fencepost::PgOptions options;
    options.connection = argv[2];
    if (const auto made = fencepost::Migrate(options); !made.ok()) {
      std::printf("%s\n", made.status().ToString().c_str());
      return 1;
    }
    return ServeOn(fencepost::PgStore::Connect(std::move(options)), "on-postgres");
  }
#endif
  std::printf("usage: consumer [sqlite PATH | postgres CONNECTION]\n");
  return 2;
}
