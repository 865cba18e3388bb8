// The planted stories in the place of the real scenarios, on the real runner.
#include "tests/cli/planted_world/activated_twice.h"

namespace fencepost {

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> all = {planted::ActivatedTwice()};
  return all;
}

}  // namespace fencepost
