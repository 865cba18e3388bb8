#include "cli/report/draw_timeline.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using sim::Timeline;
using sim::TimelineMark;
using sim::VirtualTime;

VirtualTime At(int milliseconds) { return VirtualTime(std::chrono::milliseconds(milliseconds)); }

Timeline Example() {
  return {
      {At(0), "pod 1", TimelineMark::kTruth, "starts, uid u-1"},
      {At(0), "worker 1", TimelineMark::kTruth, "refresh_lease: hot e2 r4"},
      {At(5000), "cp-1", TimelineMark::kStep, "drain w1 e1 ..."},
      {At(5000), "cp-1", TimelineMark::kFault, "reply lost at drain"},
      {At(5250), "janitor cp-2", TimelineMark::kStep, "retire_orphan w1 -> transitioned"},
      {At(5250), "", TimelineMark::kBroken, "fenced-delete: pod u-1 died without a fence"},
      {At(6000), "worker 1", TimelineMark::kTruth, "retire_drained: draining -> retired e1 r6"},
  };
}

TEST(DrawTimeline, GivesEachActorAColumnWithFaultsAndTheBrokenStepMarked) {
  EXPECT_EQ(
      DrawTimeline(Example(), {.width = 100, .unicode = true}),
      R"(        │ cp-1                  │ janitor cp-2           │ worker 1                │ pod 1
────────┼───────────────────────┼────────────────────────┼─────────────────────────┼────────────────
0.000 s │                       │                        │                         │ starts, uid u-1
        │                       │                        │ refresh_lease: hot e2   │
        │                       │                        │   r4                    │
5.000 s │ drain w1 e1 …         │                        │                         │
        │ ↯ reply lost at drain │                        │                         │
5.250 s │                       │ retire_orphan w1 →     │                         │
        │                       │   transitioned         │                         │
────────┼───────────────────────┼────────────────────────┼─────────────────────────┼────────────────
5.250 s ✗ fenced-delete: pod u-1 died without a fence
────────┼───────────────────────┼────────────────────────┼─────────────────────────┼────────────────
6.000 s │                       │                        │ retire_drained:         │
        │                       │                        │   draining → retired e1 │
        │                       │                        │   r6                    │
↯ fault   ✗ property broken
)");
}

TEST(DrawTimeline, IsPlainAsciiWhereAskedTo) {
  const std::string drawing = DrawTimeline(Example(), {.width = 120, .unicode = false});
  EXPECT_TRUE(std::all_of(drawing.begin(), drawing.end(), [](char c) { return c >= 0; }));
  EXPECT_NE(drawing.find("| ! reply lost at drain"), std::string::npos) << drawing;
  EXPECT_NE(drawing.find("X fenced-delete"), std::string::npos) << drawing;
}

TEST(DrawTimeline, NeverExceedsTheWidth) {
  Timeline timeline = Example();
  timeline.push_back({At(7000), "cp-1", TimelineMark::kStep, std::string(500, 'x')});
  for (std::size_t width = 40; width <= 200; ++width) {
    std::istringstream lines(DrawTimeline(timeline, {.width = width, .unicode = true}));
    for (std::string line; std::getline(lines, line);) ASSERT_LE(Width(line), width) << line;
  }
}

TEST(DrawTimeline, BecomesAListWhereColumnsWouldBeTooNarrow) {
  EXPECT_EQ(DrawTimeline(Example(), {.width = 50, .unicode = true}),
            R"(0.000 s  pod 1         starts, uid u-1
0.000 s  worker 1      refresh_lease: hot e2 r4
5.000 s  cp-1          drain w1 e1 …
5.000 s  cp-1          ↯ reply lost at drain
5.250 s  janitor cp-2  retire_orphan w1 →
                         transitioned
5.250 s  ✗ fenced-delete: pod u-1 died without a
           fence
6.000 s  worker 1      retire_drained: draining →
                         retired e1 r6
↯ fault   ✗ property broken
)");
}

// "worker 10" comes after "worker 2", and actors come before what they act on.
TEST(DrawTimeline, OrdersColumnsByTheirNumbers) {
  Timeline timeline;
  for (const char* column : {"pod 1", "worker 10", "worker 2", "world", "janitor cp-1", "cp-1"}) {
    timeline.push_back({At(0), column, TimelineMark::kStep, "x"});
  }
  const std::string drawing = DrawTimeline(timeline, {.width = 120, .unicode = false});
  EXPECT_EQ(drawing.substr(0, drawing.find('\n')),
            "        | cp-1 | janitor cp-1 | worker 2 | worker 10 | pod 1 | world");
}

TEST(DrawTimeline, NeverLetsATextMoveTheCursor) {
  const Timeline timeline = {{At(0), "cp-1", TimelineMark::kStep, "a\x1b[2Jb\nc"}};
  const std::string drawing = DrawTimeline(timeline, {.width = 80, .unicode = true});
  EXPECT_EQ(drawing.find('\x1b'), std::string::npos);
  EXPECT_NE(drawing.find("a [2Jb c"), std::string::npos) << drawing;
}

TEST(DrawTimeline, SaysWhenNothingWasRecorded) {
  EXPECT_EQ(DrawTimeline({}, {}), "(nothing was recorded)\n");
}

}  // namespace
}  // namespace fencepost::cli
