// A retired or lost worker never changes again.
#pragma once

#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class TerminalAbsorbing : public Property {
 public:
  TerminalAbsorbing()
      : Property("terminal-absorbing", "A retired or lost worker never changes again.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  WorkerTable<bool> ended_;
};

}  // namespace fencepost::properties
