// Every scenario there is, as a list in the order of names. A new scenario is a file of its own
// that defines one of these functions, and one line in each of the two places below.
#pragma once

#include <array>

#include "scenarios/scenario.h"

namespace fencepost::scenarios {

Scenario CapsUnderContention();
Scenario ClientGivesUp();
Scenario ClockSkew();
Scenario CrashAtEveryPoint();
Scenario DrainVsNewSession();
Scenario Everything();
Scenario FenceMisses();
Scenario HotIdleTtlVsClaim();
Scenario OrphanVsReconnectingSession();
Scenario OrphanVsRevivedOwner();
Scenario OrphansOfEveryKind();
Scenario ParkingLost();
Scenario PartitionedStore();
Scenario PodRecreatedUnderSameName();
Scenario RefreshVsActivation();
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
Scenario WarmCapacity();
Scenario ZombieControlPlane();

using ScenarioFunction = Scenario (*)();

inline constexpr auto kScenarios = std::to_array<ScenarioFunction>({
    CapsUnderContention,
    ClientGivesUp,
    ClockSkew,
    CrashAtEveryPoint,
    DrainVsNewSession,
    Everything,
    FenceMisses,
    HotIdleTtlVsClaim,
    OrphanVsReconnectingSession,
    OrphanVsRevivedOwner,
    OrphansOfEveryKind,
    ParkingLost,
    PartitionedStore,
    PodRecreatedUnderSameName,
    RefreshVsActivation,
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
    WarmCapacity,
    ZombieControlPlane,
});

}  // namespace fencepost::scenarios
