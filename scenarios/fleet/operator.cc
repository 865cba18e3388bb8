#include "scenarios/fleet/operator.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "absl/strings/str_cat.h"

namespace fencepost::scenarios {
namespace {

// Two draws, since one has at most twelve alternatives: what happens, and in what way.
enum class Act : std::uint8_t {
  kNothing,
  kDrain,
  kRestart,
  kRemoveRow,
  kOrderEnd,
  kRollImage,
  kTroubleWorker,
  kTroublePod,
  kRefuseOrg,
};
// In the order of Act.
constexpr std::array<std::string_view, 9> kActNames = {"nothing",
                                                       "a control plane is drained",
                                                       "a process is restarted",
                                                       "the row of a control plane is removed",
                                                       "a worker is ordered to end",
                                                       "an image is rolled",
                                                       "a worker is in trouble",
                                                       "a pod is in trouble",
                                                       "an org is refused credentials"};

constexpr std::array<std::string_view, 4> kWorkerTroubles = {
    "falls ill", "begins to refuse activations", "begins to drain", "its program starts anew"};
constexpr std::array<std::string_view, 4> kPodTroubles = {"is replaced", "the next does not start",
                                                          "will be stuck at its end",
                                                          "is left out of listings"};
constexpr std::array<std::string_view, 2> kRefusers = {"the issuer", "the workers"};

constexpr std::array<std::string_view, 4> kPauseNames = {"60s", "5s", "20s", "3min"};
constexpr std::array<std::int64_t, 4> kPauseSeconds = {60, 5, 20, 180};

// The number of alternatives that a choice can have.
constexpr std::size_t kMostCandidates = 12;

}  // namespace

void FleetOperator::Run(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    story_.SleepFor(absl::Seconds(kPauseSeconds[story_.Draw("operator waits", kPauseNames)]));
    Revive();
    ActOnce();
  }
}

void FleetOperator::ActOnce() {
  switch (static_cast<Act>(story_.Draw("operator", kActNames))) {
    case Act::kDrain:
      return Drain();
    case Act::kRestart:
      return Restart();
    case Act::kRemoveRow:
      return RemoveRow();
    case Act::kOrderEnd:
      return OrderEnd();
    case Act::kRollImage:
      return RollImage();
    case Act::kTroubleWorker:
      return TroubleWorker();
    case Act::kTroublePod:
      return TroublePod();
    case Act::kRefuseOrg:
      return RefuseOrg();
    case Act::kNothing:
      return;
  }
}

void FleetOperator::Revive() {
  for (const std::string& name : names_) {
    ControlPlaneProcess& process = *story_.cluster().LatestIncarnation(name);
    if (process.control_plane().phase() == ControlPlane::Phase::kExpired) {
      story_.cluster().Crash(process.process());
    }
    if (!process.ended()) continue;
    story_.Sometimes(kStartedAgain);
    story_.setup().RunControlPlane(name);
  }
}

// ---- Targets -----------------------------------------------------------------------------------

ControlPlaneProcess& FleetOperator::DrawControlPlane() {
  const auto count = static_cast<std::uint32_t>(std::min(names_.size(), kMostCandidates));
  return *story_.cluster().LatestIncarnation(names_[story_.Choose("which control plane", count)]);
}

std::optional<WorkerRow> FleetOperator::DrawWorker() {
  std::vector<WorkerRow> active = story_.truth().Rows();
  std::erase_if(active, [](const WorkerRow& row) { return IsTerminal(row.state); });
  if (active.empty()) return std::nullopt;
  const auto count = static_cast<std::uint32_t>(std::min(active.size(), kMostCandidates));
  return active[story_.Choose("which worker", count)];
}

// ---- Acts --------------------------------------------------------------------------------------

void FleetOperator::Drain() {
  ControlPlaneProcess* const process = &DrawControlPlane();
  if (process->ended()) return;
  story_.Sometimes(kDrained);
  // The operator goes on while the process stops.
  story_.cluster().engine().Spawn(process->process(), sim::Label::Of("stop"),
                                  [process] { process->Shutdown(); });
}

void FleetOperator::Restart() {
  const ControlPlaneProcess& process = DrawControlPlane();
  if (process.ended()) return;
  story_.Sometimes(kRestarted);
  story_.cluster().Crash(process.process());
  Revive();
}

void FleetOperator::RemoveRow() {
  const ControlPlaneProcess& process = DrawControlPlane();
  if (!process.ended()) story_.Sometimes(kRowRemoved);
  story_.RemoveControlPlane(process.cp());
}

// Some control plane carries the order out. A worker with a client is left alone.
void FleetOperator::OrderEnd() {
  const std::optional<WorkerRow> worker = DrawWorker();
  ControlPlaneProcess* const process = &DrawControlPlane();
  if (!worker.has_value() || !story_.cluster().Responds(*process)) return;
  if (worker->state != WorkerState::kIdle && worker->state != WorkerState::kHotIdle) return;
  story_.OrderEnd(worker->worker_id);
  story_.RunIn(*process, "order", [&story = story_, process, id = worker->worker_id] {
    const std::optional<WorkerSnapshot> seen = process->Observe(id);
    if (!seen.has_value()) return;
    if (process->lifecycle().RetireIdleVariant(*seen, "ordered").landed()) {
      story.Sometimes(kEndOrdered);
    }
  });
}

// A new image is wanted in the place of image-1 or of the one before. A control plane learns of it
// by starting with the new settings.
void FleetOperator::RollImage() {
  story_.Sometimes(kRolled);
  for (const std::string& name : names_) {
    const ControlPlaneProcess& process = *story_.cluster().LatestIncarnation(name);
    if (!process.ended()) story_.cluster().Crash(process.process());
  }
  story_.config().warm_target.erase(image_);
  image_ = Image(absl::StrCat("image-new-", ++rolled_));
  story_.config().warm_target[image_] = 1;
  Revive();
}

void FleetOperator::TroubleWorker() {
  switch (story_.Draw("how the worker is in trouble", kWorkerTroubles)) {
    case 0:
      return Befall(kFellIll, [](sim::SimPods& pods, WorkerId w) { pods.set_unhealthy(w, true); });
    case 1:
      return Befall(kRefusedActivation,
                    [](sim::SimPods& pods, WorkerId w) { pods.set_refuses_activation(w, true); });
    case 2:
      return Befall(kDrainedItself,
                    [](sim::SimPods& pods, WorkerId w) { pods.set_draining(w, true); });
    default:
      return Befall(kProgramRestarted, [](sim::SimPods& pods, WorkerId w) { pods.Restart(w); });
  }
}

void FleetOperator::TroublePod() {
  switch (story_.Draw("how the pod is in trouble", kPodTroubles)) {
    case 0:
      return Befall(kPodReplaced, [](sim::SimPods& pods, WorkerId w) { pods.Recreate(w); });
    case 1:
      story_.cluster().pods().FailStarts(1);
      return story_.Sometimes(kStartFailed);
    case 2:
      return Befall(kPodStuck, [](sim::SimPods& pods, WorkerId w) {
        pods.StickAtTheEnd(w, std::chrono::minutes(10));
      });
    default:
      story_.cluster().pods().CutListings(story_.cluster().engine().Now() +
                                          std::chrono::minutes(5));
      return story_.Sometimes(kListingCut);
  }
}

void FleetOperator::RefuseOrg() {
  const Org& org = orgs_[story_.Choose("which org", static_cast<std::uint32_t>(orgs_.size()))];
  const std::chrono::seconds length(story_.Choose("refused for", 2) == 0 ? 20 : 120);
  const sim::VirtualTime until = story_.cluster().engine().Now() + length;
  if (story_.Draw("who refuses", kRefusers) == 0) {
    story_.Sometimes(kOrgRefused);
    story_.cluster().secrets().RefuseOrg(org, until);
  } else {
    story_.Sometimes(kOrgRefusedByWorkers);
    story_.cluster().pods().RefuseOrg(org, until);
  }
}

void FleetOperator::Befall(Probe probe, void (*what)(sim::SimPods& pods, WorkerId worker)) {
  const std::optional<WorkerRow> worker = DrawWorker();
  if (!worker.has_value()) return;
  story_.Sometimes(probe);
  what(story_.cluster().pods(), worker->worker_id);
}

}  // namespace fencepost::scenarios
