#include "sim/world/world_objects.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/rules/transition.h"

namespace fencepost::sim {
namespace {

// What belongs to no single worker.
enum Shared : std::uint8_t {
  kNothing = 0,
  kRows = 1,  // the workers in each state are an object
  kSessions = 2,
  kControlPlanes = 4,
  kLeadership = 8,
  kPods = 16,
  kSecrets = 32,
  kStore = kRows | kSessions | kControlPlanes | kLeadership,
};

constexpr auto kWorkerKind = static_cast<std::uint8_t>(ObjectKind::kFirstOfTheWorld);
constexpr std::uint8_t kStateKind = kWorkerKind + 1;
constexpr std::uint8_t kSharedKind = kWorkerKind + 2;
constexpr std::uint8_t kTargetKind = kWorkerKind + 3;  // only pending accesses are so coarse

// Sets of Shared. `parts` is touched only where it belongs to the call's worker. Changed rows are
// not listed: TouchWhatChanged declares them when they change.
struct Touches {
  std::uint8_t reads = kNothing;
  std::uint8_t parts = kNothing;
  std::uint8_t writes = kNothing;
};
struct CallTouches {
  std::string_view call;
  Touches touches;
};

constexpr CallTouches kCalls[] = {
    {"observe", {}},
    {"observe_all", {.reads = kRows}},
    {"find_claim", {.reads = kRows}},
    {"list_owned", {.reads = kRows}},
    {"list_by_state_age", {.reads = kRows}},
    {"list_other_images", {.reads = kRows}},
    {"list_parked", {.reads = kRows}},
    {"list_orphans", {.reads = kRows | kControlPlanes | kSessions}},
    {"find_session", {.reads = kSessions}},
    {"renew_sessions", {.reads = kRows, .writes = kSessions}},
    {"expire_sessions", {.reads = kRows, .writes = kSessions}},
    {"heartbeat", {.writes = kControlPlanes}},
    {"register", {.writes = kControlPlanes}},
    {"begin_drain", {.writes = kControlPlanes}},
    {"deregister", {.reads = kRows, .writes = kControlPlanes}},
    {"expire_control_planes", {.reads = kRows, .writes = kControlPlanes}},
    {"expire_overdue_drains", {.reads = kRows, .writes = kControlPlanes}},
    {"forget_control_planes", {.reads = kRows, .writes = kControlPlanes}},
    {"acquire_leadership", {.writes = kLeadership}},
    {"resign_leadership", {.writes = kLeadership}},
    {"find_pod", {.parts = kPods}},
    {"delete_pod", {.parts = kPods}},
    {"list_pods", {.reads = kPods}},
    {"check_health", {.parts = kPods}},
    {"activate", {.parts = kPods}},
    {"update_credentials", {.parts = kPods}},
    {"delete_secret", {.parts = kSecrets}},
    {"list_secrets", {.reads = kSecrets}},
    {"issue_credentials", {}},
};

// A transition compares and changes its worker's row; the guards of some operations read the
// owner's row, too. A create or a claim looks at every row and is not in the list, as are unknown
// calls.
Touches TouchesOf(const CallSite& site) {
  const auto known = std::find_if(std::begin(kCalls), std::end(kCalls),
                                  [&](const CallTouches& c) { return c.call == site.name; });
  if (known != std::end(kCalls)) return known->touches;
  const bool fence = site.target == CallTarget::kStore && site.worker != WorkerId{};
  for (const TransitionRule& rule : kLifecycle) {
    if (!fence || rule.name != site.name) continue;
    const bool looks_at_owner = rule.guards.Has(Guard::kOwnerGone);
    return {.reads = looks_at_owner ? kControlPlanes : kNothing, .parts = kSessions};
  }
  switch (site.target) {
    case CallTarget::kStore:
      return {.writes = kStore};
    case CallTarget::kSecrets:
      return {.writes = kSecrets};
    case CallTarget::kPods:
    case CallTarget::kWorker:
      break;
  }
  return {.writes = kPods};
}

ObjectId WorkerObject(WorkerId worker) {
  return ObjectOf(kWorkerKind, static_cast<std::uint64_t>(Number(worker)));
}

void TouchState(const Engine& engine, WorkerState state, Access access) {
  engine.Touch(ObjectOf(kStateKind, static_cast<std::uint64_t>(state)), access);
}

// `state` is the only state in which rows are touched; without it, rows in all states are.
void Touch(const Engine& engine, std::uint8_t objects, Access access,
           std::optional<WorkerState> state) {
  if ((objects & kRows) != 0 && state.has_value()) {
    TouchState(engine, *state, access);
    objects &= static_cast<std::uint8_t>(~kRows);
  }
  if ((objects & kRows) != 0) {
    for (const WorkerState each : kAllWorkerStates) TouchState(engine, each, access);
    objects &= static_cast<std::uint8_t>(~kRows);
  }
  for (std::uint8_t i = 0; objects >> i != 0; ++i) {
    if ((objects >> i & 1) != 0) engine.Touch(ObjectOf(kSharedKind, i), access);
  }
}

// The worker whose row, pod, secret or session has changed or was refused a change, or that has
// judged a call. None for events about what the core was told, and for events about no single
// worker.
WorkerId WorkerOf(const Event& event) {
  return std::visit(
      [](const auto& body) {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, RowCommitted>) {
          return body.after.worker_id;
        } else if constexpr (std::is_same_v<Body, RowRefused>) {
          return body.request.worker;
        } else if constexpr (std::is_same_v<Body, SessionChanged>) {
          return body.session.worker_id;
        } else if constexpr (requires { body.worker; } && !std::is_same_v<Body, Noted>) {
          return body.worker;
        } else {
          return WorkerId{};
        }
      },
      event.body);
}

}  // namespace

void TouchWhatIsCalled(const Engine& engine, const CallSite& site) {
  if (!engine.observed()) return;
  const Touches touches = TouchesOf(site);
  Touch(engine, touches.reads, Access::kRead, site.state);
  Touch(engine, touches.parts, Access::kPart, site.state);
  Touch(engine, touches.writes, Access::kWrite, site.state);
  if (site.worker != WorkerId{}) TouchWorker(engine, site.worker);
}

PendingAccess PendingAccessOf(const CallSite& site) {
  if (site.worker != WorkerId{}) return {WorkerObject(site.worker), Access::kWrite};
  return {ObjectOf(kTargetKind, static_cast<std::uint64_t>(site.target)), Access::kWrite};
}

void TouchWorker(const Engine& engine, WorkerId worker) {
  engine.Touch(WorkerObject(worker), Access::kWrite);
}

void TouchWhatChanged(const Engine& engine, const Event& event) {
  if (!engine.observed()) return;
  if (const WorkerId worker = WorkerOf(event); worker != WorkerId{}) TouchWorker(engine, worker);
  const auto* const committed = std::get_if<RowCommitted>(&event.body);
  if (committed == nullptr) return;
  TouchState(engine, committed->after.state, Access::kPart);
  if (committed->before != nullptr) TouchState(engine, committed->before->state, Access::kPart);
}

void TouchStoreClock(const Engine& engine) { Touch(engine, kStore, Access::kWrite, std::nullopt); }

}  // namespace fencepost::sim
