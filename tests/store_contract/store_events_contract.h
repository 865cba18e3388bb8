// The contract of a store that sends true events: a second fixture, instantiated beside
// StoreContract by the stores that do.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {

class EventRecorder : public EventObserver {
 public:
  void On(const Event& event) override;

  struct Commit {
    Operation operation;
    OperationId id;
    bool has_request;
    std::optional<WorkerRow> before;
    WorkerRow after;
    GuardFacts facts;
  };
  std::vector<Commit> commits;
  std::vector<std::string>
      names;                 // of all events: "drain", "refused row_missing", "s: none to ..."
  GuardFacts refused_facts;  // of the last refusal
};

struct HoldsRecorder {
  EventRecorder recorder;
};

class StoreEventsContract : protected HoldsRecorder, public StoreContract {
 protected:
  StoreEventsContract() : StoreContract(&recorder) {}

  std::vector<std::string> TakeNames() { return std::exchange(recorder.names, {}); }
};

}  // namespace fencepost::store_contract
