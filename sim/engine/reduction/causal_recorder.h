// CausalRecorder: the causal order of one execution after the other, each from its start.
#pragma once

#include "sim/engine/footprint.h"
#include "sim/engine/reduction/happens_before.h"

namespace fencepost::sim {

class CausalRecorder : public StepObserver {
 public:
  void BeginExecution() {
    order_.Truncate(0);
    under_way_ = false;
  }
  // A decision of the step under way.
  void Decided(const ChoicePoint& point, uint32_t chosen) {
    if (under_way_) order_.Decided(point, chosen);
  }
  // Nothing more happens in the step under way.
  void FinishStep() {
    if (under_way_) order_.Finish();
    under_way_ = false;
  }
  const HappensBefore& order() const { return order_; }

  bool OnStep(Label task, Label) override {
    FinishStep();
    order_.Begin(task);
    under_way_ = true;
    return true;
  }
  void OnTouch(ObjectId object, Access access) override {
    if (under_way_) order_.Touch(object, access);
  }
  void OnGlobal() override {
    if (under_way_) order_.Global();
  }
  void OnForced() override {}
  void OnEnabled(Label task) override {
    if (under_way_) order_.Enables(task);
  }
  void OnDisabledOthers() override {}
  void OnDisabledTime() override {}

 private:
  HappensBefore order_;
  bool under_way_ = false;
};

}  // namespace fencepost::sim
