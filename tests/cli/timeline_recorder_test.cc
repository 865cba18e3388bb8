// Told events go to their actor's column, true ones to that of the thing that changed.
#include <gtest/gtest.h>

#include "sim/world/timeline.h"

namespace fencepost::sim {
namespace {

TimelineEntry Recorded(std::string_view source, std::string_view activity, const EventBody& body) {
  TimelineRecorder recorder;
  recorder.SetTime(VirtualTime(std::chrono::seconds(3)));
  recorder.On({source, activity, body});
  EXPECT_EQ(recorder.timeline().size(), 1U);
  return recorder.timeline().front();
}

TransitionRequest Drain() {
  TransitionRequest request;
  request.operation = Operation::kDrain;
  request.worker = WorkerId{7};
  request.believed_owner = CpId("cp-1");
  request.believed_epoch = Epoch{2};
  return request;
}

WorkerRow Hot() {
  WorkerRow row;
  row.worker_id = WorkerId{7};
  row.state = WorkerState::kHot;
  row.owner_cp = CpId("cp-1");
  row.owner_epoch = Epoch{3};
  row.revision = Revision{5};
  return row;
}

TEST(TimelineRecorder, ShowsWhatACallerBelievesAndIsTold) {
  const TransitionRequest request = Drain();
  const TimelineEntry asked = Recorded("cp-1", "shutdown", TransitionAttempted{request});
  EXPECT_EQ(asked.column, "cp-1");
  EXPECT_EQ(asked.at, VirtualTime(std::chrono::seconds(3)));
  EXPECT_EQ(asked.text, "drain w7 e2 ...");
  const TimelineEntry told = Recorded(
      "cp-1", "janitor", TransitionTold{request, TransitionOutcome::kFenceMissEpoch, nullptr});
  EXPECT_EQ(told.column, "janitor cp-1");
  EXPECT_EQ(told.mark, TimelineMark::kStep);
  EXPECT_EQ(told.text, "drain w7 -> fence_miss_epoch");
}

TEST(TimelineRecorder, ShowsWhatBecameOfARow) {
  const TransitionRequest request = Drain();
  const WorkerRow before = Hot();
  WorkerRow after = before;
  after.state = WorkerState::kDraining;
  after.revision = Revision{6};
  const TimelineEntry changed =
      Recorded("store", "", RowCommitted{Operation::kDrain, {}, &request, &before, after, {}});
  EXPECT_EQ(changed.column, "worker 7");
  EXPECT_EQ(changed.mark, TimelineMark::kTruth);
  EXPECT_EQ(changed.text, "drain: hot -> draining e3 r6");
  const TimelineEntry created = Recorded(
      "store", "", RowCommitted{Operation::kCreateWarmSlot, {}, nullptr, nullptr, before, {}});
  EXPECT_EQ(created.text, "create_warm_slot: hot e3 r5 cp-1");
  const TimelineEntry refused =
      Recorded("store", "", RowRefused{request, TransitionOutcome::kFenceMissEpoch, &before, {}});
  EXPECT_EQ(refused.text, "drain e2 refused: fence_miss_epoch, is hot e3 r5");
}

TEST(TimelineRecorder, ShowsPodsAndProcesses) {
  const PodName name("pod-7");
  const PodUid uid("u-1");
  const CpId cp("cp-1");
  EXPECT_EQ(Recorded("pods", "", PodDeleted{WorkerId{7}, name, uid, true, uid}).column, "pod 7");
  EXPECT_EQ(
      Recorded("worker", "", WorkerRefused{WorkerId{7}, uid, "activate", Epoch{1}, Epoch{2}}).text,
      "refuses activate e1, has seen e2");
  const TimelineEntry crash = Recorded("world", "", ProcessEnded{cp, true});
  EXPECT_EQ(crash.column, "cp-1");
  EXPECT_EQ(crash.mark, TimelineMark::kFault);
}

TEST(TimelineRecorder, EndsAtTheBrokenStep) {
  TimelineRecorder recorder;
  recorder.Add("cp-1", TimelineMark::kStep, "acts");
  recorder.AddBroken("this must not happen");
  recorder.Add("cp-1", TimelineMark::kStep, "is cleaned up");
  ASSERT_EQ(recorder.timeline().size(), 2U);
  EXPECT_EQ(recorder.timeline().back().mark, TimelineMark::kBroken);
  recorder.Clear();
  recorder.AddFault("cp-1", "the next run");
  EXPECT_EQ(recorder.timeline().size(), 1U);
}

}  // namespace
}  // namespace fencepost::sim
