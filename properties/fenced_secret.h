// A secret outlives its worker's service, as a pod does: it is deleted only behind a fence.
//
// Judged by the worker's row. A worker without a row has no secret that anybody needs, because a
// row exists before its secret.
#pragma once

#include "core/events/worker_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class FencedSecret : public Property {
 public:
  FencedSecret()
      : Property("fenced-secret",
                 "No secret is deleted before its worker is draining, retired or lost.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  WorkerTable<WorkerState> states_;
};

}  // namespace fencepost::properties
