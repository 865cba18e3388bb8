// Every change of a row is one that the lifecycle table allows, and changes what the table says.
#pragma once

#include "properties/property.h"

namespace fencepost::properties {

class LegalTransition : public Property {
 public:
  LegalTransition()
      : Property("legal-transition",
                 "Every change of a row is one that the lifecycle table allows, and changes what "
                 "the table says.") {}

  void On(const Event& event) override;

 private:
  void OnCreate(const RowCommitted& commit);
  void OnChange(const RowCommitted& commit);
};

}  // namespace fencepost::properties
