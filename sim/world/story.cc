#include "sim/world/story.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"

namespace fencepost::sim {
namespace {

constexpr std::size_t kMostAlternatives = 12;

}  // namespace

Story::Story(Cluster& cluster, Probes& probes, StoryHooks hooks)
    : cluster_(cluster),
      probes_(probes),
      hooks_(std::move(hooks)),
      setup_(cluster),
      truth_(cluster) {}

// ---- Actors ------------------------------------------------------------------------------------

void Story::Concurrently(std::vector<Actor> actors) {
  std::vector<TaskId> tasks;
  tasks.reserve(actors.size());
  for (Actor& actor : actors) {
    tasks.push_back(cluster_.engine().Spawn(actor.process->process(), Label::Of(actor.name),
                                            std::move(actor.body)));
  }
  Await(tasks);
}

bool Story::RunIn(ControlPlaneProcess& process, std::string_view name, std::function<void()> body) {
  // Shared with the activity, which may outlive the caller: the caller leaves when the run ends.
  auto returned = std::make_shared<bool>(false);
  const TaskId task = cluster_.engine().Spawn(process.process(), Label::Of(name),
                                              [body = std::move(body), returned, &process] {
                                                body();
                                                *returned = !process.ended();
                                              });
  cluster_.engine().Join(task);
  cluster_.StopIfEnded();
  return *returned;
}

TaskId Story::StartActor(std::string_view name, std::function<void()> body) {
  return cluster_.engine().Spawn(ProcessId{0}, Label::Of(name), [body = std::move(body)] {
    try {
      body();
    } catch (const RunEnded&) {  // the actor ends with the run
    }
  });
}

void Story::Await(const std::vector<TaskId>& actors) {
  cluster_.engine().JoinAll(actors);
  cluster_.StopIfEnded();
}

// ---- Decisions, time and expectations ----------------------------------------------------------

std::uint32_t Story::Choose(std::string_view point, std::uint32_t count) {
  constexpr std::array<std::string_view, kMostAlternatives> kNames = {"a", "b", "c", "d", "e", "f",
                                                                      "g", "h", "i", "j", "k", "l"};
  Check(count >= 1 && count <= kNames.size(), "a choice has one to twelve alternatives");
  return Decide(point, std::span(kNames).first(count), 1);
}

std::uint32_t Story::Draw(std::string_view point, std::span<const std::string_view> names) {
  Check(!names.empty() && names.size() <= kMostAlternatives,
        "a choice has one to twelve alternatives");
  const auto others = static_cast<std::uint32_t>(names.size()) - 1;
  const std::uint32_t drawn = Decide(point, names, std::max(others, 1U));
  if (drawn > 0) {
    cluster_.Tell(absl::StrCat(std::string(point), ": ", std::string(names[drawn])));
  }
  return drawn;
}

std::uint32_t Story::Decide(std::string_view point, std::span<const std::string_view> names,
                            std::uint32_t weight_of_first) {
  std::array<Alternative, kMostAlternatives> alternatives;
  for (std::size_t i = 0; i < names.size(); ++i) alternatives[i] = {.name = Label::Of(names[i])};
  alternatives[0].weight = weight_of_first;
  const std::uint32_t chosen = cluster_.engine().Choose(
      {ChoiceKind::kWorkload, Label::Of(point), std::span(alternatives).first(names.size())});
  cluster_.StopIfEnded();
  return chosen;
}

void Story::SleepFor(absl::Duration duration) {
  cluster_.engine().SleepFor(ToVirtual(duration));
  cluster_.StopIfEnded();
}

void Story::Sometimes(Probe probe) { probes_.Hit(probes_.Register(probe.name())); }

void Story::Expect(bool holds, std::string_view sentence) {
  if (holds) return;
  hooks_.expectation_broken(sentence);
  cluster_.StopIfEnded();
}

void Story::RemoveControlPlane(const CpId& cp) {
  hooks_.remove_control_plane(cp);
  cluster_.Announce(ControlPlaneRemoved{cp});
}

void Story::OrderEnd(WorkerId worker) {
  cluster_.hub().On(Event{.source = "world", .activity = {}, .body = EndOrdered{worker}});
}

// ---- Time without faults -----------------------------------------------------------------------

void Story::WithoutFaults(const std::function<void()>& part) {
  const Engine::Quiet quiet(cluster_.engine());
  part();
}

void Story::AdvanceTime(absl::Duration duration) {
  const Engine::Quiet quiet(cluster_.engine());
  SleepFor(duration);
  for (const auto& process : cluster_.processes()) {
    if (!process->ended() && !process->runs()) process->Heartbeat();
  }
}

void Story::LetExpire(ControlPlaneProcess& process) {
  const Engine::Quiet quiet(cluster_.engine());
  SleepFor(config().cp_expiry);
  for (const auto& other : cluster_.processes()) {
    if (other.get() != &process && !other->ended()) other->Heartbeat();
  }
  std::ignore = cluster_.store().ExpireControlPlanes(config().cp_expiry);
}

}  // namespace fencepost::sim
