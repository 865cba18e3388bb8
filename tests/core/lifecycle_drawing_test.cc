// docs/lifecycle.svg is the table as it is now.
#include "tests/core/lifecycle_drawing.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core/rules/transition.h"

namespace fencepost {
namespace {

TEST(LifecycleDrawing, IsTheOneInTheDocuments) {
  std::ifstream file(FENCEPOST_LIFECYCLE_SVG, std::ios::binary);
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(kept, DrawLifecycle())
      << "draw it again: build/release/tests/core/draw_lifecycle > docs/lifecycle.svg";
}

TEST(LifecycleDrawing, NamesEveryStateAndEveryOperation) {
  const std::string svg = DrawLifecycle();
  for (const WorkerState state : kAllWorkerStates) {
    EXPECT_NE(svg.find(">" + std::string(StateName(state)) + "<"), std::string::npos);
  }
  for (const TransitionRule& rule : kLifecycle) {
    EXPECT_NE(svg.find(">" + std::string(rule.name)), std::string::npos) << rule.name;
  }
}

}  // namespace
}  // namespace fencepost
