#include "tests/cli/planted_world/activated_twice.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/world/story.h"

namespace fencepost::planted {
namespace {

using sim::Actor;
using sim::ControlPlaneProcess;
using sim::Setup;
using sim::Story;

constexpr sim::Probe kActivationSeen{"the reader saw that the worker was taken"};

// What a second activation would have done to the row as it was before the first one ended, told
// behind the first one.
void TellOfASecondActivation(Story& story, const WorkerRow& now) {
  WorkerRow seen = now;
  seen.state = WorkerState::kActivating;
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
  story.cluster().hub().On(Event{.source = "store", .activity = {}, .body = step});
}

void Run(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  std::vector<Actor> actors;
  for (std::int64_t i = 0; i < story.Parameter("workers"); ++i) {
    setup.IdleWorker(cp1);
    const std::string token = "session-" + std::to_string(i + 1);
    actors.push_back({&cp1, "client", [&cp1, token] { cp1.Acquire("org-a", token); }});
  }
  std::optional<WorkerRow> seen;
  actors.push_back({&cp2, "reader", [&] {
                      story.cluster().engine().Yield(sim::Label::Of("read"),
                                                     sim::Memory::kUntouched);
                      seen = story.truth().RowOf(WorkerId{1});
                    }});
  story.Concurrently(std::move(actors));
  const std::optional<WorkerRow> now = story.truth().RowOf(WorkerId{1});
  const bool was_taken = seen && seen->state != WorkerState::kIdle;
  if (!was_taken || !now || now->state != WorkerState::kHot) return;
  story.Sometimes(kActivationSeen);
  if (story.Parameter("honest") == 0) TellOfASecondActivation(story, *now);
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
          .probes = {kActivationSeen},
          .body = Run};
}

}  // namespace fencepost::planted
