// What the caller was told is what happened, the reason of a miss included.
//
// The true reason is found without the code and the table that the stores use: by the edge list
// that is written by hand, the row, and the true events of control planes and sessions.
#pragma once

#include <optional>

#include "properties/ledger.h"
#include "properties/operation_table.h"
#include "properties/property.h"

namespace fencepost::properties {

class TruthfulOutcome : public Property {
 public:
  TruthfulOutcome()
      : Property("truthful-outcome",
                 "What the caller was told is what happened, and a miss names its true reason.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  // What truly became of an operation: whether it landed, and why it was last refused.
  struct Truth {
    bool landed = false;
    std::optional<TransitionOutcome> refused;
  };
  TransitionOutcome TrueReason(const RowRefused& refusal) const;
  void OnRefusal(const RowRefused& refusal);
  void OnTold(const TransitionTold& told);
  void OnClaimTold(const ClaimTold& told);

  OperationTable<Truth> truths_;
  Ledger ledger_;
};

}  // namespace fencepost::properties
