#include "models/conformance/conformance.h"

namespace fencepost::models {

void Conformance::On(const Event& event) {
  if (refusal().has_value()) return;
  edges_.On(event);
  rows_.On(event);
  if (judged_ == Judged::kRowsAndProcesses && !rows_.refusal().has_value()) memories_.On(event);
}

void Conformance::Reset() {
  rows_.Reset();
  memories_.Reset();
  edges_.Reset();
}

}  // namespace fencepost::models
