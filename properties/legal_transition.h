// Every change of a row is one of the lifecycle's, and changes no more than its operation may.
//
// Judged by the edge list that is written by hand (properties/lifecycle_edges.h), not by the core's
// table.
#pragma once

#include "properties/property.h"

namespace fencepost::properties {

class LegalTransition : public Property {
 public:
  LegalTransition()
      : Property(
            "legal-transition",
            "Every change of a row follows an edge of the lifecycle, under its conditions, and "
            "changes no more than its operation may.") {}

  void On(const Event& event) override;

 private:
  void OnCreate(const RowCommitted& commit);
  void OnChange(const RowCommitted& commit);
};

}  // namespace fencepost::properties
