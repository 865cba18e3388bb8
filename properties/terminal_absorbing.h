// A retired or lost worker never changes again.
#pragma once

#include "properties/property.h"
#include "properties/worker_table.h"

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
