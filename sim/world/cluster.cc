#include "sim/world/cluster.h"

#include <algorithm>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"

namespace fencepost::sim {

Cluster::Cluster(Engine& engine, EventHub& hub)
    : engine_(engine), hub_(hub), injector_(engine), pods_(engine, hub), secrets_(engine, hub) {}

Cluster::~Cluster() = default;

void Cluster::Reset() {
  processes_.clear();
  faults_hit_.clear();
  pods_.Reset();
  secrets_.Reset();
  silent_.Clear();
  config_ = Config();
  activity_bound_ = kStandardActivityBound;
  store_skew_ = absl::ZeroDuration();
  store_failure_ = absl::OkStatus();
}

// ---- Processes ---------------------------------------------------------------------------------

ControlPlaneProcess& Cluster::AddProcess(std::string_view name, absl::Duration skew) {
  std::string id(name);
  int incarnation = 1;
  for (const auto& other : processes_) {
    if (other->IsIncarnationOf(name)) ++incarnation;
  }
  if (incarnation > 1) absl::StrAppend(&id, ".", incarnation);
  const ProcessId process = engine_.StartProcess(Label::Of(id));
  const BootId boot{processes_.size() + 1};
  processes_.push_back(
      std::make_unique<ControlPlaneProcess>(*this, process, CpId(std::move(id)), boot, skew));
  return *processes_.back();
}

ControlPlaneProcess* Cluster::LatestIncarnation(std::string_view name) {
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    if ((*process)->IsIncarnationOf(name)) return process->get();
  }
  Check(false, "a control plane of that name was started");
  return nullptr;
}

ControlPlaneProcess* Cluster::Find(ProcessId process) {
  // Processes start in the order of their ids.
  const auto found = std::lower_bound(
      processes_.begin(), processes_.end(), process,
      [](const auto& candidate, ProcessId id) { return candidate->process() < id; });
  return found != processes_.end() && (*found)->process() == process ? found->get() : nullptr;
}

bool Cluster::Responds(const ControlPlaneProcess& process) const {
  engine_.TouchEverything();
  return process.runs() && !engine_.Paused(process.process());
}

void Cluster::KillAll() {
  for (const auto& process : processes_) {
    if (!process->ended()) engine_.Kill(process->process());
  }
}

void Cluster::Announce(const EventBody& body) {
  engine_.TouchEverything();  // properties look at everything that the process had
  hub_.On(Event{.source = "world", .activity = {}, .body = body});
}

void Cluster::Tell(std::string text) {
  if (timeline_ == nullptr) return;
  timeline_->SetTime(engine_.Now());
  timeline_->Add("world", TimelineMark::kStep, std::move(text));
}

// ---- Faults ------------------------------------------------------------------------------------

void Cluster::OnFault(ProcessId process, const CallSite& site, CallFault fault) {
  if (fault_probes_ != nullptr) fault_probes_->Hit(fault);
  if (timeline_ == nullptr) return;
  std::string text(CallFaultName(fault));
  absl::StrAppend(&text, " at ", std::string(site.name));
  if (site.worker != WorkerId{}) absl::StrAppend(&text, " of worker ", Number(site.worker));
  timeline_->SetTime(engine_.Now());
  timeline_->AddFault(Find(process)->cp().text(), text);
  faults_hit_.push_back(std::move(text));
}

void Cluster::Crash(ProcessId process) {
  ControlPlaneProcess* const found = Find(process);
  Check(found != nullptr, "only control planes crash");
  if (found->ended()) return;
  found->set_ended();
  Announce(ProcessEnded{found->cp(), true});
  engine_.Kill(process);
}

void Cluster::SilencePod(WorkerId worker) {
  silent_.Insert(worker);
  pods_.Kill(worker);
}

bool Cluster::IsSilent(WorkerId worker) {
  return std::binary_search(silent_.begin(), silent_.end(), worker);
}

void Cluster::Pause(ProcessId process, VirtualDuration length) {
  ControlPlaneProcess* const found = Find(process);
  Check(found != nullptr, "only control planes are paused");
  Announce(ProcessPaused{found->cp(), true});
  engine_.Pause(process);
  engine_.Spawn(ProcessId{0}, Label::Of("wake"), [this, process, length] {
    engine_.SleepFor(length);
    if (engine_.Killed(process) || !engine_.Paused(process)) return;
    engine_.Resume(process);
    Announce(ProcessPaused{Find(process)->cp(), false});
  });
}

// ---- The end of a run --------------------------------------------------------------------------

void Cluster::StoreFailed(const absl::Status& why) {
  store_failure_ = why;
  throw std::runtime_error(why.ToString());
}

void Cluster::StopIfEnded() {
  // Only a story is left by an exception; a killed activity of the core returns by itself.
  if (engine_.Cancelled() && engine_.current_process() == ProcessId{0}) throw RunEnded();
}

}  // namespace fencepost::sim
