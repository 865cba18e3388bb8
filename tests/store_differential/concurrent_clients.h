// Clients that act on the same workers at once, and record what they did.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/seams/lifecycle_store.h"
#include "tests/store_differential/history.h"

namespace fencepost::store_differential {

struct Played {
  std::vector<WorkerRow> initial;
  std::vector<RecordedCall> history;
};

// Makes `workers` hot workers, each of an org of its own, and lets `clients` threads make `calls`
// calls each, every one on the store that `store_of` gives it. `store_now` is where the stores'
// clocks stand. What is called is drawn from `seed`; what comes of it is up to the machine.
Played PlayClients(const std::function<LifecycleStore&(int client)>& store_of, int clients,
                   int workers, int calls, std::uint64_t seed);

}  // namespace fencepost::store_differential
