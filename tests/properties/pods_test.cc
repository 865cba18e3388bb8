// one-incarnation and fenced-delete's uids: where they hold, and each way in which they fire.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/fenced_delete.h"
#include "properties/one_incarnation.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class OneIncarnationTest : public testing::Test {
 protected:
  OneIncarnationTest() : stream_(property_) {}

  void Start(int worker, const std::string& name, const std::string& uid) {
    const PodName pod_name(name);
    const PodUid pod_uid(uid);
    const Image image("image-1");
    stream_.Send(PodStarted{WorkerId{worker}, pod_name, pod_uid, image});
  }
  void Gone(int worker, const std::string& uid) {
    const PodUid pod_uid(uid);
    stream_.Send(PodGone{WorkerId{worker}, pod_uid});
  }

  OneIncarnation property_;
  EventStream stream_;
};

TEST_F(OneIncarnationTest, LetsANameBeUsedAgainWhenItsPodIsGone) {
  Start(1, "worker-1", "uid-1");
  Gone(1, "uid-1");
  Start(1, "worker-1", "uid-2");
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(OneIncarnationTest, FiresWhenTwoPodsOfOneNameExist) {
  Start(1, "worker-1", "uid-1");
  Start(2, "worker-1", "uid-2");
  EXPECT_EQ(Detail(property_), "pods uid-1 and uid-2 exist under the name worker-1");
}

TEST_F(OneIncarnationTest, FiresWhenAUidIsUsedAgain) {
  Start(1, "worker-1", "uid-1");
  Gone(1, "uid-1");
  Start(1, "worker-1", "uid-1");
  EXPECT_EQ(Detail(property_), "pod uid uid-1 was used again, for worker 1");
}

TEST_F(OneIncarnationTest, FiresWhenTwoLiveRowsHaveOnePod) {
  const auto same_pod = [](WorkerRow& row) { row.pod_uid = PodUid("uid-1"); };
  WorkerRow first = stream_.Create(1);
  stream_.Commit(Operation::kPublishReserved, first, {}, same_pod);
  WorkerRow second = stream_.Create(2);
  stream_.Commit(Operation::kPublishReserved, second, {}, same_pod);
  EXPECT_EQ(Detail(property_), "workers 1 and 2 both have pod uid-1");
}

TEST_F(OneIncarnationTest, FiresWhenARowRecordsAnotherWorkersPod) {
  Start(7, "worker-7", "uid-1");
  WorkerRow row = stream_.Create(1);
  stream_.Commit(Operation::kPublishReserved, row);
  EXPECT_THAT(Detail(property_), HasSubstr("records pod uid-1, which is worker 7's"));
}

TEST_F(OneIncarnationTest, LetsAPodGoWithItsEndedRow) {
  WorkerRow first = stream_.Create(1);
  stream_.Commit(Operation::kPublishReserved, first);
  stream_.Commit(Operation::kMarkLost, first);
  WorkerRow second = stream_.Create(2);
  stream_.Commit(Operation::kPublishReserved, second, {},
                 [](WorkerRow& row) { row.pod_uid = PodUid("uid-1"); });
  EXPECT_EQ(Detail(property_), "");
}

class FencedDeleteOfAUid : public testing::Test {
 protected:
  FencedDeleteOfAUid() : stream_(property_) {}

  // A worker whose row has pod uid-1 and that was drained.
  WorkerRow Drained(int worker) {
    WorkerRow row = stream_.Create(worker);
    MakeHot(stream_, row);
    stream_.Commit(Operation::kDrain, row);
    return row;
  }

  FencedDelete property_;
  EventStream stream_;
};

TEST_F(FencedDeleteOfAUid, FiresWhenTheDeletionNamedAnotherPodOfTheWorker) {
  stream_.DeletePod(Drained(1), "uid-9", "uid-1");
  EXPECT_EQ(Detail(property_), "pod worker-1 (uid-9) was deleted, and the fence was for uid-1");
}

// A deletion by name: the name is the fenced worker's, the pod is one that was made since.
TEST_F(FencedDeleteOfAUid, FiresWhenTheDeletionNamedNoPodAndTheRowHasAnother) {
  stream_.DeletePod(Drained(1), "uid-9", "");
  EXPECT_EQ(Detail(property_), "pod worker-1 (uid-9) was deleted, and the fence was for uid-1");
}

TEST_F(FencedDeleteOfAUid, FiresWhenAFenceWithoutAUidDeletesAnotherWorkersPod) {
  WorkerRow unpublished = stream_.Create(1);
  stream_.Commit(Operation::kMarkLost, unpublished);
  WorkerRow other = stream_.Create(2);
  MakeHot(stream_, other);
  stream_.DeletePod(other, "uid-2", unpublished.pod_uid.text());
  EXPECT_EQ(Detail(property_), "pod worker-2 (uid-2) was deleted while worker 2 was hot");
}

// A living worker has no fence, however exactly the deletion names its pod.
TEST_F(FencedDeleteOfAUid, FiresWhenTheNamedPodIsThatOfALivingWorker) {
  WorkerRow row = stream_.Create(1);
  MakeHot(stream_, row);
  stream_.DeletePod(row, "uid-1", "uid-1");
  EXPECT_EQ(Detail(property_), "pod worker-1 (uid-1) was deleted while worker 1 was hot");
}

TEST_F(FencedDeleteOfAUid, CoversWhateverPodAWorkerHasThatWasFencedBeforeItWasPublished) {
  WorkerRow row = stream_.Create(1);
  stream_.Commit(Operation::kMarkLost, row);
  stream_.DeletePod(row, "uid-9", "");
  EXPECT_EQ(Detail(property_), "");
}

// The pod that a platform has made in the place of a fenced worker's is stranded: a fence for that
// very pod names it, although the row knows only the first.
TEST_F(FencedDeleteOfAUid, CoversALaterPodOfAFencedWorkerThatTheDeletionNamed) {
  stream_.DeletePod(Drained(1), "uid-9", "uid-9");
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
