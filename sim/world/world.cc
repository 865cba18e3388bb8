#include "sim/world/world.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "sim/world/event_hash.h"
#include "sim/world/world_objects.h"

namespace fencepost::sim {
namespace {

// How long the healing janitor waits between passes: short at first, then past every cut-off.
constexpr std::int64_t kHealingStepsSeconds[] = {1, 15, 60, 60, 300, 900};

}  // namespace

World::World(Engine& engine, EventHub& hub, Probes& probes, WorldHooks hooks)
    : engine_(engine),
      hub_(hub),
      probes_(probes),
      hooks_(std::move(hooks)),
      injector_(engine),
      pods_(engine, hub),
      secrets_(engine, hub) {}

World::~World() = default;

void World::Reset() {
  healed_.reset();
  processes_.clear();
  faults_hit_.clear();
  pods_.Reset();
  secrets_.Reset();
  config_ = Config();
  store_skew_ = absl::ZeroDuration();
  store_failure_ = absl::OkStatus();
}

void World::EmitProcess(EventBody body) {
  engine_.TouchEverything();  // properties look at all that a process had
  hub_.On(Event{.source = "world", .activity = {}, .body = body});
}

void World::StopIfEnded() {
  // Only a story is left this way; an activity of the core that was killed returns by itself.
  if (engine_.Cancelled() && engine_.current_process() == ProcessId{0}) throw RunEnded();
}

void World::StoreFailed(const absl::Status& why) {
  store_failure_ = why;
  throw std::runtime_error(why.ToString());
}

void World::Require(bool holds, std::string_view what) {
  if (holds) return;
  StopIfEnded();
  Check(false, what);
}

// ---- The story ---------------------------------------------------------------------------------

void World::Concurrently(std::vector<Actor> actors) {
  std::vector<TaskId> tasks;
  tasks.reserve(actors.size());
  for (Actor& actor : actors) {
    tasks.push_back(
        engine_.Spawn(actor.process->process(), Label::Of(actor.name), std::move(actor.body)));
  }
  engine_.JoinAll(tasks);
  StopIfEnded();
}

bool World::Within(ControlPlaneProcess& process, std::string_view name,
                   std::function<void()> body) {
  // Shared with the activity: the caller may leave first, when the run ends.
  auto returned = std::make_shared<bool>(false);
  const TaskId task = engine_.Spawn(process.process(), Label::Of(name),
                                    [body = std::move(body), returned, &process] {
                                      body();
                                      *returned = !process.ended();
                                    });
  engine_.Join(task);
  StopIfEnded();
  return *returned;
}

TaskId World::Aside(std::string_view name, std::function<void()> body) {
  return engine_.Spawn(ProcessId{0}, Label::Of(name), [body = std::move(body)] {
    try {
      body();
    } catch (const RunEnded&) {  // the run ended under it
    }
  });
}

void World::Await(const std::vector<TaskId>& actors) {
  engine_.JoinAll(actors);
  StopIfEnded();
}

ControlPlaneProcess* World::Latest(std::string_view name) {
  for (auto process = processes_.rbegin(); process != processes_.rend(); ++process) {
    if ((*process)->IsIncarnationOf(name)) return process->get();
  }
  Check(false, "a control plane of that name was started");
  return nullptr;
}

std::uint32_t World::Choose(std::string_view point, std::uint32_t count) {
  constexpr std::array<std::string_view, 12> kNames = {"a", "b", "c", "d", "e", "f",
                                                       "g", "h", "i", "j", "k", "l"};
  Check(count >= 1 && count <= kNames.size(), "a choice has one to twelve alternatives");
  std::array<Alternative, kNames.size()> alternatives;
  for (std::uint32_t i = 0; i < count; ++i) alternatives[i] = {.name = Label::Of(kNames[i])};
  const std::uint32_t chosen = engine_.Choose(
      {ChoiceKind::kWorkload, Label::Of(point), std::span(alternatives).first(count)});
  StopIfEnded();
  return chosen;
}

void World::SleepFor(absl::Duration duration) {
  engine_.SleepFor(ToVirtual(duration));
  StopIfEnded();
}

void World::Sometimes(std::string_view probe) { probes_.Hit(probes_.Register(probe)); }

void World::Expect(bool holds, std::string_view sentence) {
  if (holds) return;
  hooks_.expectation_broken(sentence);
  StopIfEnded();
}

std::optional<WorkerRow> World::RowOf(WorkerId worker) {
  TouchWhatIsCalled(engine_, {CallTarget::kStore, "observe", worker});
  const std::optional<WorkerSnapshot> seen = Seen(store_->Observe(worker));
  if (!seen.has_value()) return std::nullopt;
  return seen->row();
}

bool World::Is(WorkerId worker, WorkerState state) {
  const std::optional<WorkerRow> row = RowOf(worker);
  return row.has_value() && row->state == state;
}

int World::LiveSessions(WorkerId worker) {
  engine_.TouchEverything();
  const std::vector<SessionRow> sessions = Seen(store_->ListSessions(worker));
  return static_cast<int>(
      std::count_if(sessions.begin(), sessions.end(),
                    [this](const SessionRow& session) { return IsLive(session, StoreNow()); }));
}

std::optional<absl::Time> World::DrainingSince(const CpId& cp) {
  engine_.TouchEverything();
  for (const ControlPlaneRow& row : Seen(store_->ListControlPlanes())) {
    if (row.cp_id == cp && row.draining_since != absl::InfiniteFuture()) return row.draining_since;
  }
  return std::nullopt;
}

void World::Calmly(const std::function<void()>& part) {
  const Engine::Quiet quiet(engine_);
  part();
}

void World::Pass(absl::Duration duration) {
  const Engine::Quiet quiet(engine_);
  SleepFor(duration);
  for (const auto& process : processes_) {
    if (!process->ended() && !process->runs()) process->Heartbeat();
  }
}

void World::LetExpire(ControlPlaneProcess& process) {
  const Engine::Quiet quiet(engine_);
  SleepFor(config_.cp_expiry);
  for (const auto& other : processes_) {
    if (other.get() != &process && !other->ended()) other->Heartbeat();
  }
  std::ignore = store_->ExpireControlPlanes(config_.cp_expiry);
}

bool World::Responds(const ControlPlaneProcess& process) const {
  engine_.TouchEverything();
  return process.runs() && !engine_.Paused(process.process());
}

ControlPlaneProcess* World::Find(ProcessId process) {
  // Started in the order of their ids.
  const auto found = std::lower_bound(
      processes_.begin(), processes_.end(), process,
      [](const auto& candidate, ProcessId id) { return candidate->process() < id; });
  return found != processes_.end() && (*found)->process() == process ? found->get() : nullptr;
}

void World::OnFault(ProcessId process, const CallSite& site, CallFault fault) {
  if (timeline_ == nullptr) return;
  std::string text(CallFaultName(fault));
  absl::StrAppend(&text, " at ", std::string(site.name));
  if (site.worker != WorkerId{}) absl::StrAppend(&text, " of worker ", Number(site.worker));
  timeline_->SetTime(engine_.Now());
  timeline_->AddFault(Find(process)->cp().text(), text);
  faults_hit_.push_back(std::move(text));
}

void World::Crash(ProcessId process) {
  ControlPlaneProcess* const found = Find(process);
  Check(found != nullptr, "only control planes crash");
  if (found->ended()) return;
  found->set_ended();
  EmitProcess(ProcessEnded{found->cp(), true});
  engine_.Kill(process);
}

void World::Pause(ProcessId process, VirtualDuration length) {
  ControlPlaneProcess* const found = Find(process);
  Check(found != nullptr, "only control planes are paused");
  EmitProcess(ProcessPaused{found->cp(), true});
  engine_.Pause(process);
  engine_.Spawn(ProcessId{0}, Label::Of("wake"), [this, process, length] {
    engine_.SleepFor(length);
    if (engine_.Killed(process) || !engine_.Paused(process)) return;
    engine_.Resume(process);
    EmitProcess(ProcessPaused{Find(process)->cp(), false});
  });
}

void World::Heal(absl::Duration bound) {
  StopIfEnded();
  injector_.Stop();
  healed_.emplace(engine_);
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (!processes_[i]->ended()) Crash(processes_[i]->process());
  }
  const VirtualTime end = engine_.Now() + ToVirtual(bound);
  if (Pending().empty()) return;
  ControlPlaneProcess* const janitor = &StartControlPlane("janitor");
  std::size_t step = 0;
  while (engine_.Now() < end) {
    Seen(store_->Heartbeat(janitor->cp(), config_.orphan_grace));
    janitor->RunJanitorOnce();
    const absl::Status cleaned = janitor->lifecycle().AwaitCleanups();
    StopIfEnded();
    Check(cleaned.ok(), "nothing cancels the janitor but the end of the run");
    if (Pending().empty()) break;
    SleepFor(absl::Seconds(kHealingStepsSeconds[step]));
    if (step + 1 < std::size(kHealingStepsSeconds)) ++step;
  }
  pods_.TellGone();
}

void World::Recover(absl::Duration bound) {
  StopIfEnded();
  injector_.Stop();
  healed_.emplace(engine_);
  for (const auto& process : processes_) {
    if (!process->ended() && engine_.Paused(process->process())) {
      engine_.Resume(process->process());
    }
  }
  const VirtualTime end = engine_.Now() + ToVirtual(bound);
  while (engine_.Now() < end) {
    const bool somebody_serves =
        std::any_of(processes_.begin(), processes_.end(), [](const auto& process) {
          return process->runs() &&
                 process->control_plane().phase() == ControlPlane::Phase::kServing;
        });
    if (!somebody_serves) RunControlPlane("successor");
    SleepFor(absl::Seconds(30));
    if (Pending().empty()) break;
  }
  pods_.TellGone();
}

void World::EndAll() {
  for (const auto& process : processes_) {
    if (!process->ended()) engine_.Kill(process->process());
  }
}

// ---- After a run -------------------------------------------------------------------------------

std::vector<WorkerRow> World::Rows() {
  engine_.TouchEverything();
  // Looked at from far ahead: a clock that has jumped back must not hide what is younger than now.
  const absl::Duration skew = std::exchange(store_skew_, absl::Hours(1'000'000));
  std::vector<WorkerRow> rows;
  for (const WorkerState state : kAllWorkerStates) {
    for (const WorkerSnapshot& snapshot : Seen(store_->ListByStateAge(
             state, absl::ZeroDuration(), std::numeric_limits<std::int64_t>::max()))) {
      rows.push_back(snapshot.row());
    }
  }
  store_skew_ = skew;
  std::sort(rows.begin(), rows.end(),
            [](const WorkerRow& a, const WorkerRow& b) { return a.worker_id < b.worker_id; });
  return rows;
}

std::vector<std::string> World::Pending() {
  rest_ = RestView();
  FillRestView(rest_);
  return hooks_.unsettled(rest_);
}

void World::FillRestView(RestView& rest) {
  rest.store_now = StoreNow();
  rest.workers = Rows();
  rest.config = &config_;
  rest.control_planes = Seen(store_->ListControlPlanes());
  for (const WorkerRow& row : rest.workers) {
    if (IsTerminal(row.state)) continue;
    const std::vector<SessionRow> sessions = Seen(store_->ListSessions(row.worker_id));
    rest.sessions.insert(rest.sessions.end(), sessions.begin(), sessions.end());
  }
  rest.pods = pods_.ListPods().value();
  const std::vector<SecretInfo> secrets = secrets_.ListSecrets().value();
  for (const SecretInfo& secret : secrets) rest.secrets.push_back(secret.worker);
  for (const auto& process : processes_) {
    if (process->ended()) rest.dead.push_back(process->cp());
    if (process->ended() && !process->runtime().disturbed()) {
      rest.ended_undisturbed.push_back(process->cp());
    }
  }
}

std::uint64_t World::FinalStateHash() {
  ContentHash hash;
  const VirtualTime now = engine_.Now();
  for (const WorkerRow& row : Rows()) {
    hash.Add(Number(row.worker_id));
    hash.Add(static_cast<std::uint64_t>(row.state));
    hash.Add(Number(row.owner_epoch));
    hash.Add(std::string_view(row.owner_cp.text()));
    hash.Add(std::string_view(row.org.text()));
    hash.Add(std::string_view(row.retire_reason));
  }
  for (const SimPod& pod : pods_.pods()) {
    hash.Add(std::string_view(pod.uid.text()));
    hash.Add(static_cast<std::uint64_t>(pod.Exists(now)));
    hash.Add(Number(pod.highest_epoch));
  }
  return hash.value();
}

}  // namespace fencepost::sim
