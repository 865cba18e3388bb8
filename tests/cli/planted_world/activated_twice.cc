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

constexpr int kLooks = 8;  // of the reader, which stops at the activation
constexpr sim::Probe kActivationSeen{"the reader saw the activation"};

// What a second activation would have done to the row as it was, told behind the first one.
void TellOfTheStepFrom(Story& story, const WorkerRow& seen, const WorkerRow& now) {
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
                      for (int looks = 0; looks < kLooks; ++looks) {
                        story.cluster().engine().Yield(sim::Label::Of("read"),
                                                       sim::Memory::kUntouched);
                        seen = story.truth().RowOf(WorkerId{1});
                        if (seen && seen->state == WorkerState::kActivating) return;
                      }
                    }});
  story.Concurrently(std::move(actors));
  const std::optional<WorkerRow> now = story.truth().RowOf(WorkerId{1});
  const bool was_activating = seen && seen->state == WorkerState::kActivating;
  if (!was_activating || !now || now->state != WorkerState::kHot) return;
  story.Sometimes(kActivationSeen);
  if (story.Parameter("honest") == 0) TellOfTheStepFrom(story, *seen, *now);
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
