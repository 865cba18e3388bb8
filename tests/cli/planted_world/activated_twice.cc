#include "tests/cli/planted_world/activated_twice.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/world/world.h"

namespace fencepost::planted {
namespace {

using sim::Actor;
using sim::ControlPlaneProcess;
using sim::World;

// What a second activation would have done to the row as it was, told behind the first one.
void TellOfTheStepFrom(World& world, const WorkerRow& seen, const WorkerRow& now) {
  TransitionRequest request;
  request.operation = Operation::kFinishActivation;
  request.id = OperationId{BootId{99}, 1};
  request.worker = seen.worker_id;
  request.believed_owner = seen.owner_cp;
  request.believed_epoch = seen.owner_epoch;
  request.target = WorkerState::kHot;
  WorkerRow after = now;
  after.revision = Next(now.revision);
  const RowCommitted step{request.operation, request.id, &request, &seen, after, {}};
  world.hub().On(Event{.source = "store", .activity = {}, .body = step});
}

void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  std::vector<Actor> actors;
  for (std::int64_t i = 0; i < world.Parameter("workers"); ++i) {
    world.IdleWorker(cp1);
    const std::string token = "session-" + std::to_string(i + 1);
    actors.push_back({&cp1, "client", [&cp1, token] { cp1.Acquire("org-a", token); }});
  }
  std::optional<WorkerRow> seen;
  actors.push_back({&cp2, "reader", [&] {
                      world.engine().Yield(sim::Label::Of("read"), sim::Memory::kUntouched);
                      seen = world.RowOf(WorkerId{1});
                    }});
  world.Concurrently(std::move(actors));
  const std::optional<WorkerRow> now = world.RowOf(WorkerId{1});
  const bool was_activating = seen && seen->state == WorkerState::kActivating;
  if (!was_activating || !now || now->state != WorkerState::kHot) return;
  world.Sometimes("the reader saw the activation");
  if (world.Parameter("honest") == 0) TellOfTheStepFrom(world, *seen, *now);
}

}  // namespace

Scenario ActivatedTwice() {
  return {.name = "activated-twice",
          .claim = "A planted situation.",
          .promise = "nothing",
          .faults = {},
          .parameters = {{"workers", 2, 1, 4, "idle workers, and clients that want one"},
                         {"honest", 0, 0, 1, "1: nobody activates twice"},
                         {kFaultBudget, 0, 0, 0, "none"}},
          .probes = {"the reader saw the activation"},
          .body = Run};
}

}  // namespace fencepost::planted
