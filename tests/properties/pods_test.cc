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

TEST(FencedDeleteOfAUid, FiresWhenTheFenceWasForAnotherPodOfTheWorker) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kDrain, row);
  stream.DeletePod(row, "uid-9");
  EXPECT_EQ(Detail(property), "pod worker-1 (uid-9) was deleted, and the fence was for uid-1");
}

TEST(FencedDeleteOfAUid, CoversWhateverPodAWorkerHasThatWasFencedBeforeItWasPublished) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kMarkLost, row);
  stream.DeletePod(row, "uid-9");
  EXPECT_EQ(Detail(property), "");
}

}  // namespace
}  // namespace fencepost::properties
