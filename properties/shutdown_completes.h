// With a healthy store, a control plane that shuts down finishes all of its own workers, except for
// workers that a live session protects, or protected when the shutdown last tried to drain them: a
// worker whose session ends after that is left to the orphan sweep.
#pragma once

#include <string>
#include <vector>

#include "core/events/worker_table.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class ShutdownCompletes : public Property {
 public:
  ShutdownCompletes()
      : Property("shutdown-completes",
                 "With a healthy store, a control plane that shuts down leaves no worker of its "
                 "own unfinished that no session protects.") {}

  void Reset() override;
  void On(const Event& event) override;
  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }

 private:
  struct Last {
    WorkerState state = WorkerState::kSpawning;
    CpId owner;
    Epoch epoch{};
    Epoch spared_at{};  // the epoch under which a session last refused a drain
  };
  struct Unfinished {
    CpId cp;
    std::string worker;
  };
  WorkerTable<Last> workers_;
  Ledger ledger_;
  std::vector<Unfinished> unfinished_;
};

}  // namespace fencepost::properties
