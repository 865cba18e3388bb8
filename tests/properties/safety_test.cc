// Each safety property on a stream where it holds, and on each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/at_most_once.h"
#include "properties/epoch_monotonic.h"
#include "properties/fenced_delete.h"
#include "properties/legal_transition.h"
#include "properties/one_owner.h"
#include "properties/property_set.h"
#include "properties/terminal_absorbing.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

// The legal lives of workers, with every way of ending.
void LegalLives(EventStream& stream) {
  WorkerRow first = stream.Create(1);
  stream.StartPod(first);
  MakeHot(stream, first);
  stream.Commit(Operation::kRefreshLease, first);
  stream.Accept(first, "update_credentials");
  stream.Commit(Operation::kStampCredentials, first);
  stream.Commit(Operation::kPark, first);
  stream.Commit(Operation::kDrain, first);
  stream.DeletePod(first, "uid-1");
  stream.Commit(Operation::kRetireDrained, first);
  stream.Send(SecretDeleted{first.worker_id});
  WorkerRow second = stream.Create(2);
  stream.StartPod(second);
  MakeHot(stream, second);
  stream.Commit(Operation::kTakeOver, second);
  stream.Commit(Operation::kMarkLost, second);
  stream.DeletePod(second, "uid-2");
  WorkerRow third = stream.Create(3, "");
  stream.StartPod(third);
  stream.Commit(Operation::kPublishIdle, third);
  stream.Commit(Operation::kRetireIdleVariant, third);
  WorkerRow fourth = stream.Create(4);
  stream.Commit(Operation::kRetireOrphan, fourth);
}

TEST(Safety, HoldsOnLegalLives) {
  for (const auto& property : MakeAllProperties()) {
    EventStream stream(*property);
    LegalLives(stream);
    EXPECT_EQ(Detail(*property), "") << property->name();
  }
}

TEST(FencedDelete, FiresWhenTheWorkerIsNotFenced) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.DeletePod(row, "uid-1");
  EXPECT_EQ(Detail(property), "pod worker-1 (uid-1) was deleted while worker 1 was hot");
}

TEST(FencedDelete, FiresWhenOnlyAnotherWorkerIsFenced) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow fenced = stream.Create(1);
  const WorkerRow living = stream.Create(2);
  stream.Commit(Operation::kDrain, fenced);
  stream.DeletePod(living, "uid-2");
  EXPECT_THAT(Detail(property), HasSubstr("worker 2 was spawning"));
}

TEST(FencedDelete, SparesAPodThatDiesByItself) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.PodDies(row, "uid-1");
  EXPECT_EQ(Detail(property), "");
}

TEST(FencedDelete, AllowsTheDeletionOfAPodWithoutARow) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow never_stored;
  never_stored.worker_id = WorkerId{9};
  stream.DeletePod(never_stored, "uid-9");
  EXPECT_EQ(Detail(property), "");
}

TEST(FencedDelete, ForgetsTheLastExecution) {
  FencedDelete property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.DeletePod(row, "uid-1");
  ASSERT_NE(Detail(property), "");
  property.Reset();
  EXPECT_EQ(Detail(property), "");
  // The worker of the last execution is forgotten: its id means another worker now.
  stream.DeletePod(row, "uid-1");
  EXPECT_EQ(Detail(property), "");
}

TEST(LegalTransition, FiresOnAnIneligibleState) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPark, row);
  EXPECT_THAT(Detail(property), HasSubstr("park started from worker 1 (spawning"));
}

TEST(LegalTransition, FiresOnADrainingWorkerMarkedLostFromASnapshot) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kDrain, row);
  stream.Commit(Operation::kRetireFromSnapshot, row, {},
                [](WorkerRow& after) { after.state = WorkerState::kLost; });
  EXPECT_THAT(Detail(property), HasSubstr("retire_from_snapshot led worker 1 (draining"));
}

TEST(LegalTransition, FiresOnARefreshOfAWorkerThatNoOrgHas) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1, "");
  stream.Commit(Operation::kPublishIdle, row);
  stream.Commit(Operation::kRefreshLease, row);
  EXPECT_THAT(Detail(property), HasSubstr("refresh_lease of a worker that no org has"));
}

TEST(LegalTransition, FiresOnAReturnToEverybodyAfterAnActivation) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row);
  WorkerRow untouched = row;
  stream.Commit(Operation::kReturnIdle, untouched);
  EXPECT_EQ(Detail(property), "");
  row.activated_at = absl::UnixEpoch();
  stream.Commit(Operation::kReturnIdle, row);
  EXPECT_THAT(Detail(property), HasSubstr("of a worker that was activated"));
}

TEST(LegalTransition, FiresOnAWrongTarget) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row, {},
                [](WorkerRow& after) { after.state = WorkerState::kHot; });
  EXPECT_THAT(Detail(property), HasSubstr("publish_reserved led worker 1 (spawning"));
}

TEST(LegalTransition, FiresOnANewRowThatDoesNotBeginAsSpawning) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row;
  row.state = WorkerState::kHot;
  stream.Send(RowCommitted{Operation::kCreateOrgSlot, stream.NextId(), nullptr, nullptr, row, {}});
  EXPECT_THAT(Detail(property), HasSubstr("a new row does not begin as spawning"));
}

TEST(LegalTransition, FiresOnANewRowOfAWrongTenant) {
  for (const bool warm : {true, false}) {
    LegalTransition property;
    EventStream stream(property);
    WorkerRow row;
    if (warm) row.org = Org("org-a");
    const Operation operation = warm ? Operation::kCreateWarmSlot : Operation::kCreateOrgSlot;
    stream.Send(RowCommitted{operation, stream.NextId(), nullptr, nullptr, row, {}});
    EXPECT_THAT(Detail(property), HasSubstr(warm ? "for org-a" : "for no org"));
  }
}

TEST(LegalTransition, FiresOnARowMadeByAnOperationThatMakesNone) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row;
  stream.Send(RowCommitted{Operation::kPark, stream.NextId(), nullptr, nullptr, row, {}});
  EXPECT_THAT(Detail(property), HasSubstr("park made a new row"));
}

struct Forbidden {
  const char* what;
  void (*change)(WorkerRow&);
};

TEST(LegalTransition, FiresOnEveryColumnThatTheOperationMayNotChange) {
  const Forbidden kChanges[] = {
      {"the worker's id", [](WorkerRow& row) { row.worker_id = WorkerId{7}; }},
      {"the pod's name", [](WorkerRow& row) { row.pod_name = PodName("other"); }},
      {"the image", [](WorkerRow& row) { row.image = Image("other"); }},
      {"the time of creation", [](WorkerRow& row) { row.created_at = absl::FromUnixSeconds(5); }},
      {"the org", [](WorkerRow& row) { row.org = Org("other"); }},
      {"the owner", [](WorkerRow& row) { row.owner_cp = CpId("other"); }},
      {"the pod uid", [](WorkerRow& row) { row.pod_uid = PodUid("other"); }},
      {"the credentials' expiry",
       [](WorkerRow& row) { row.credentials_expiry = absl::FromUnixSeconds(5); }},
      {"the time of activation",
       [](WorkerRow& row) { row.activated_at = absl::FromUnixSeconds(5); }},
      {"the reason", [](WorkerRow& row) { row.retire_reason = "other"; }},
  };
  for (const Forbidden& forbidden : kChanges) {
    LegalTransition property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    MakeHot(stream, row);
    stream.Commit(Operation::kPark, row, {}, forbidden.change);
    EXPECT_THAT(Detail(property), HasSubstr(std::string("park changed ") + forbidden.what));
  }
}

TEST(LegalTransition, FiresWhenAStateKeptGetsYounger) {
  LegalTransition property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kStampCredentials, row, {},
                [](WorkerRow& after) { after.state_since += absl::Seconds(1); });
  EXPECT_THAT(Detail(property), HasSubstr("changed the age of the state"));
}

TEST(TerminalAbsorbing, FiresOnAnyChangeAfterTheEnd) {
  for (const WorkerState end : {WorkerState::kRetired, WorkerState::kLost}) {
    TerminalAbsorbing property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    stream.Commit(Operation::kRetireFromSnapshot, row, {},
                  [end](WorkerRow& after) { after.state = end; });
    stream.Commit(Operation::kPark, row);
    EXPECT_THAT(Detail(property), HasSubstr("park changed an ended worker"));
  }
}

TEST(EpochMonotonic, FiresWhenALeaseIsGrantedWithoutANewEpoch) {
  EpochMonotonic property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kRefreshLease, row, {},
                [](WorkerRow& after) { after.owner_epoch = Epoch{1}; });
  EXPECT_THAT(Detail(property), HasSubstr("refresh_lease took epoch 1"));
}

TEST(EpochMonotonic, FiresWhenAnotherOperationRaisesTheEpoch) {
  EpochMonotonic property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kPublishReserved, row, {},
                [](WorkerRow& after) { after.owner_epoch = Epoch{2}; });
  EXPECT_THAT(Detail(property), HasSubstr("publish_reserved took epoch 1"));
}

TEST(EpochMonotonic, FiresWhenTheRevisionStandsStillOrJumps) {
  for (const int revision : {1, 3}) {
    EpochMonotonic property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    stream.Commit(Operation::kPublishReserved, row, {},
                  [revision](WorkerRow& after) { after.revision = Revision{revision}; });
    EXPECT_THAT(Detail(property), HasSubstr("and revision 1 to worker 1"));
  }
}

TEST(OneOwner, FiresOnAStaleLease) {
  OneOwner property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kDrain, row,
                [](TransitionRequest& request) { request.believed_epoch = Epoch{9}; });
  EXPECT_THAT(Detail(property),
              HasSubstr("drain landed under a stale lease (owner cp-1, epoch 9)"));
}

TEST(OneOwner, FiresOnALeaseOfAnotherOwner) {
  OneOwner property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kMarkLost, row,
                [](TransitionRequest& request) { request.believed_owner = CpId("cp-9"); });
  EXPECT_THAT(Detail(property), HasSubstr("mark_lost landed under a stale lease (owner cp-9"));
}

TEST(OneOwner, FiresOnAStaleSnapshot) {
  OneOwner property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  stream.Commit(Operation::kRetireFromSnapshot, row,
                [](TransitionRequest& request) { request.believed_revision = Revision{8}; });
  EXPECT_THAT(Detail(property), HasSubstr("landed from a stale snapshot (revision 8)"));
}

TEST(OneOwner, FiresOnATakeOverFromAStaleEpoch) {
  OneOwner property;
  EventStream stream(property);
  WorkerRow row = stream.Create(1);
  MakeHot(stream, row);
  stream.Commit(Operation::kTakeOver, row,
                [](TransitionRequest& request) { request.believed_epoch = Epoch{4}; });
  EXPECT_THAT(Detail(property), HasSubstr("take_over landed from a stale epoch (4)"));
}

constexpr Operation kOfAnotherOwner[] = {Operation::kTakeOver, Operation::kRetireOrphan};

TEST(OneOwner, FiresWhenTheOwnerLives) {
  for (const Operation operation : kOfAnotherOwner) {
    for (const CpState state : {CpState::kActive, CpState::kDraining}) {
      OneOwner property;
      EventStream stream(property);
      WorkerRow row = stream.Create(1);
      MakeHot(stream, row);
      stream.ControlPlane("cp-1", CpState::kExpired, absl::UnixEpoch());
      stream.ControlPlane("cp-1", state);
      stream.Commit(operation, row);
      EXPECT_THAT(Detail(property), HasSubstr("landed although the owner lives"));
    }
  }
}

// An owner that may still revive keeps its workers, but its clients may be served elsewhere.
TEST(OneOwner, LeavesAnOwnerItsGraceBeforeItsWorkersEnd) {
  const Config config;
  for (const Operation operation : kOfAnotherOwner) {
    for (const absl::Duration short_of_grace : {absl::Seconds(1), absl::ZeroDuration()}) {
      OneOwner property;
      property.Watch(&config);
      EventStream stream(property);
      WorkerRow row = stream.Create(1);
      MakeHot(stream, row);
      const absl::Time commit = stream.store_now() + absl::Seconds(1);
      stream.ControlPlane("cp-1", CpState::kExpired, commit - config.orphan_grace + short_of_grace);
      stream.Commit(operation, row);
      const bool too_early =
          operation == Operation::kRetireOrphan && short_of_grace > absl::ZeroDuration();
      EXPECT_EQ(Detail(property) != "", too_early);
    }
  }
}

TEST(OneOwner, TakesAnOwnerWhoseRowWasRemovedForGone) {
  for (const Operation operation : kOfAnotherOwner) {
    OneOwner property;
    EventStream stream(property);
    WorkerRow row = stream.Create(1);
    MakeHot(stream, row);
    stream.ControlPlane("cp-1", CpState::kActive);
    const CpId removed("cp-1");
    stream.Send(ControlPlaneRemoved{removed});
    stream.Commit(operation, row);
    EXPECT_EQ(Detail(property), "");
  }
}

TEST(AtMostOnce, FiresWhenAnIdLandsTwiceEvenOnAnotherWorker) {
  AtMostOnce property;
  EventStream stream(property);
  WorkerRow first = stream.Create(1);
  const WorkerRow second = stream.Create(2);
  const TransitionRequest landed = stream.Commit(Operation::kDrain, first);
  stream.Send(RowCommitted{Operation::kDrain, landed.id, &landed, &second, second, {}});
  EXPECT_THAT(Detail(property), HasSubstr("(drain) took effect again on worker 2"));
}

TEST(PropertySet, KeepsTheFirstViolationAndForgetsItOnReset) {
  PropertySet set;
  WorkerRow row;
  row.worker_id = WorkerId{1};
  row.state = WorkerState::kHot;
  const OperationId id{BootId{1}, 1};
  set.On(Event{"test", {}, RowCommitted{Operation::kCreateOrgSlot, id, nullptr, nullptr, row, {}}});
  ASSERT_TRUE(set.violation().has_value());
  EXPECT_EQ(set.violation()->property, "legal-transition");
  EXPECT_FALSE(set.convergence_broken());
  set.Reset();
  EXPECT_FALSE(set.violation().has_value());
}

}  // namespace
}  // namespace fencepost::properties
