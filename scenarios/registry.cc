// The list of every scenario. A new scenario is a file of its own that defines one function, with
// its two lines here and its file in CMakeLists.txt. No other file depends on this one, so that a
// new scenario compiles two files.

#include <array>

#include "core/rules/check.h"
#include "scenarios/scenario.h"

namespace fencepost {
namespace scenarios {

Scenario BigFleetJanitor();
Scenario BrokenImage();
Scenario CapsUnderContention();
Scenario ClientGivesUp();
Scenario ClockSkew();
Scenario CrashAtEveryPoint();
Scenario CutOffFromWorkers();
Scenario DrainVsNewSession();
Scenario Everything();
Scenario FenceMisses();
Scenario ForeignToken();
Scenario GeneratedFleet();
Scenario HotIdleTtlVsClaim();
Scenario LateDisconnect();
Scenario LongDrain();
Scenario OrphanVsReconnectingSession();
Scenario OrphanVsRevivedOwner();
Scenario OrphansOfEveryKind();
Scenario ParkedFillTheCap();
Scenario ParkingLost();
Scenario PartitionedStore();
Scenario PodRecreatedUnderSameName();
Scenario RefreshVsActivation();
Scenario RefusedOrg();
Scenario ReplyLost();
Scenario ReplyLostEverywhere();
Scenario RollingImageUpgrade();
Scenario SecretWithoutPod();
Scenario ShutdownVsRefresh();
Scenario SlowSpawn();
Scenario SpawnVsClaim();
Scenario SpawnVsShutdown();
Scenario StaleHealthCheck();
Scenario StaleLeases();
Scenario StuckActivationVsCompletion();
Scenario TakeoverVsShutdown();
Scenario TwoLeaders();
Scenario WaitingAtTheCap();
Scenario WarmCapacity();
Scenario ZombieControlPlane();

namespace {

constexpr auto kInTheOrderOfNames = std::to_array<Scenario (*)()>({
    BigFleetJanitor,
    BrokenImage,
    CapsUnderContention,
    ClientGivesUp,
    ClockSkew,
    CrashAtEveryPoint,
    CutOffFromWorkers,
    DrainVsNewSession,
    Everything,
    FenceMisses,
    ForeignToken,
    GeneratedFleet,
    HotIdleTtlVsClaim,
    LateDisconnect,
    LongDrain,
    OrphanVsReconnectingSession,
    OrphanVsRevivedOwner,
    OrphansOfEveryKind,
    ParkedFillTheCap,
    ParkingLost,
    PartitionedStore,
    PodRecreatedUnderSameName,
    RefreshVsActivation,
    RefusedOrg,
    ReplyLost,
    ReplyLostEverywhere,
    RollingImageUpgrade,
    SecretWithoutPod,
    ShutdownVsRefresh,
    SlowSpawn,
    SpawnVsClaim,
    SpawnVsShutdown,
    StaleHealthCheck,
    StaleLeases,
    StuckActivationVsCompletion,
    TakeoverVsShutdown,
    TwoLeaders,
    WaitingAtTheCap,
    WarmCapacity,
    ZombieControlPlane,
});

std::vector<Scenario> MakeAll() {
  std::vector<Scenario> all;
  for (const auto make : kInTheOrderOfNames) {
    all.push_back(make());
    const bool in_order = all.size() < 2 || all[all.size() - 2].name < all.back().name;
    Check(in_order, "the scenarios of scenarios/registry.cc must be in the order of their names");
  }
  return all;
}

}  // namespace
}  // namespace scenarios

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> all = scenarios::MakeAll();
  return all;
}

}  // namespace fencepost
