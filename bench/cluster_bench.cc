// How fast a large cluster is simulated: by default 50 control planes with 5,000 workers, for one
// hour of virtual time, and `everything` at its standard size, on one core with every property on.
//
//   cluster_bench [control-planes] [workers] [minutes] [seed] [latency]
//
// With a latency (of every call, in milliseconds) it prints what a fleet of that size asks of a
// control plane: its calls, and how long the longest pass of each loop took in virtual time.
//
// Four of five workers are hot with a session, the others are parked; every loop of every control
// plane runs, each worker is asked for its health every ten seconds, and one client for each
// control plane comes and goes. The same arguments give the same hash.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/world/client.h"
#include "sim/world/story.h"

namespace fencepost {
namespace {

using sim::Client;
using sim::ControlPlaneProcess;
using sim::Setup;
using sim::Story;

constexpr std::int64_t kOrgs = 100;

std::string OrgOf(std::int64_t number) { return absl::StrCat("org-", number % kOrgs + 1); }

// The workers of the cluster: hot with a session, and every fifth of them parked.
void SetUpWorkers(Story& story, const std::vector<ControlPlaneProcess*>& fleet) {
  Setup& setup = story.setup();
  std::vector<sim::HotWorkerSpec> specs;
  const std::int64_t count = story.Parameter("workers");
  for (std::int64_t i = 0; i < count; ++i) {
    specs.push_back({fleet[static_cast<std::size_t>(i) % fleet.size()], OrgOf(i)});
  }
  const std::vector<WorkerId> workers = setup.HotWorkers(specs);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    ControlPlaneProcess& owner = *specs[i].owner;
    if (i % 5 == 4) {
      setup.Park(owner, workers[i]);
    } else {
      setup.ConnectClient(owner, workers[i], SessionToken(absl::StrCat("session-", i + 1)));
    }
  }
}

// How often each target was called in the measured stretch of the last run.
using Calls = std::array<std::uint64_t, kCallTargetCount>;
Calls calls_made{};

Calls CallsOf(Story& story) {
  Calls calls{};
  for (std::size_t target = 0; target < kCallTargetCount; ++target) {
    calls[target] = story.cluster().injector().calls(static_cast<CallTarget>(target));
  }
  return calls;
}

// The longest pass of each loop: the longest time from the end of one pass to that of the next,
// without the loop's interval.
class PassMeter : public EventObserver {
 public:
  void On(const Event& event) override {
    const auto* passed = std::get_if<LoopPassed>(&event.body);
    if (passed == nullptr) return;
    const auto [last, first] =
        last_.try_emplace({std::string(event.source), std::string(passed->loop)}, event.at);
    if (!first) {
      absl::Duration& longest = longest_[std::string(passed->loop)];
      longest = std::max(longest, event.at - last->second);
      last->second = event.at;
    }
  }
  void Print() const {
    const Config config;
    const std::map<std::string, absl::Duration> intervals = {
        {"heartbeat", config.heartbeat},    {"sessions", config.heartbeat},
        {"janitor", config.janitor_tick},   {"health", config.health_interval},
        {"refresher", config.refresh_tick}, {"upkeep", config.upkeep_interval}};
    for (const auto& [loop, gap] : longest_) {
      const absl::Duration pass = gap - intervals.at(loop);
      std::printf("  longest pass of %-10s %8.3f s\n", loop.c_str(), absl::ToDoubleSeconds(pass));
    }
  }

 private:
  std::map<std::pair<std::string, std::string>, absl::Time> last_;
  std::map<std::string, absl::Duration> longest_;
};

// An hour in the life of a large cluster. A session is renewed for as long as its worker's owner
// heartbeats.
void Run(Story& story) {
  story.config().hot_idle_ttl = absl::Hours(24);
  std::vector<ControlPlaneProcess*> fleet;
  for (std::int64_t i = 1; i <= story.Parameter("control-planes"); ++i) {
    fleet.push_back(&story.setup().StartControlPlane(absl::StrCat("cp-", i)));
  }
  SetUpWorkers(story, fleet);
  const std::chrono::milliseconds latency(story.Parameter("latency"));
  for (std::size_t target = 0; target < kCallTargetCount; ++target) {
    story.cluster().injector().set_latency(static_cast<CallTarget>(target), latency);
  }
  for (ControlPlaneProcess* const process : fleet) process->BeginLoops();
  const sim::Cluster& cluster = story.cluster();
  const Calls before = CallsOf(story);
  const absl::Time end = cluster.StoreNow() + absl::Minutes(story.Parameter("minutes"));
  std::vector<sim::TaskId> visits;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    const auto client = std::make_shared<Client>(story, absl::StrCat("client-", i + 1),
                                                 OrgOf(static_cast<std::int64_t>(i)));
    visits.push_back(story.StartActor("client", [&cluster, client, end] {
      while (cluster.StoreNow() < end) client->Visit(1);
    }));
  }
  story.SleepFor(end - cluster.StoreNow());
  story.Await(visits);
  const Calls after = CallsOf(story);
  for (std::size_t i = 0; i < kCallTargetCount; ++i) calls_made[i] = after[i] - before[i];
  story.Recover();
}

const Scenario kCluster = {
    .name = "cluster",
    .claim = "A large cluster is simulated faster than real time.",
    .promise = "no fault",
    .faults = {},
    .parameters = {{"control-planes", 50, 1, 1'000, "control planes of the cluster"},
                   {"workers", 5'000, 1, 1'000'000, "workers of the cluster"},
                   {"minutes", 60, 1, 10'000, "virtual time"},
                   {"latency", 0, 0, 10'000, "of every call, in milliseconds"},
                   {kFaultBudget, 0, 0, 0, "none"}},
    .probes = {},
    .body = Run};

double PeakResidentMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void Print(std::string_view what, double virtual_seconds, double real, double processor) {
  std::printf("%.*s: %.0f virtual seconds in %.1f s (%.1f s of processor): ",
              static_cast<int>(what.size()), what.data(), virtual_seconds, real, processor);
  std::printf("%.0f virtual seconds per second\n", virtual_seconds / real);
}

class Stopwatch {
 public:
  double real() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }
  double processor() const { return ProcessorSeconds() - processor_began_; }

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const double processor_began_ = ProcessorSeconds();
};

void RunEverything() {
  const Scenario* const scenario = FindScenario("everything").value();
  const std::unique_ptr<Runner> runner = Runner::Create(*scenario, RunOptions{}).value();
  sim::RandomWalk walk(0);
  absl::Duration virtual_time;
  const Stopwatch watch;
  constexpr std::uint64_t kExecutions = 500;
  for (std::uint64_t seed = 1; seed <= kExecutions; ++seed) {
    walk.Reseed(seed);
    const RunReport report = runner->Run(walk);
    Check(report.end == RunEnd::kPassed, "a benchmark measures runs that pass");
    virtual_time += report.virtual_time;
  }
  Print("everything", absl::ToDoubleSeconds(virtual_time), watch.real(), watch.processor());
}

int RunCluster(const ParameterValues& parameters, std::uint64_t seed) {
  RunOptions options;
  options.parameters = parameters;
  options.step_limit = 1'000'000'000'000;
  PassMeter passes;
  options.observer = &passes;
  const auto runner = Runner::Create(kCluster, options);
  if (!runner.ok()) {
    std::fprintf(stderr, "%s\n", std::string(runner.status().message()).c_str());
    return 2;
  }
  sim::RandomWalk walk(seed);
  walk.Reseed(seed);
  const Stopwatch watch;
  const RunReport report = (*runner)->Run(walk);
  const ParameterValues& values = (*runner)->parameters();
  Print(absl::StrCat("cluster of ", values.find("control-planes")->second, " control planes and ",
                     values.find("workers")->second, " workers"),
        absl::ToDoubleSeconds(report.virtual_time), watch.real(), watch.processor());
  std::printf("  %" PRIu64 " events, %" PRIu64 " steps, %zu choices, peak RSS %.0f MB\n",
              report.events, report.steps, (*runner)->trace().choices().size(),
              PeakResidentMegabytes());
  if (values.find("latency")->second > 0) {
    std::uint64_t calls = 0;
    for (const std::uint64_t of_target : calls_made) calls += of_target;
    std::printf("  %" PRIu64 " calls: %" PRIu64 " of the store, %" PRIu64 " of workers, %" PRIu64
                " of pods, %" PRIu64 " of secrets\n",
                calls, calls_made[static_cast<std::size_t>(CallTarget::kStore)],
                calls_made[static_cast<std::size_t>(CallTarget::kWorker)],
                calls_made[static_cast<std::size_t>(CallTarget::kPods)],
                calls_made[static_cast<std::size_t>(CallTarget::kSecrets)]);
    passes.Print();
  }
  const std::string_view end = RunEndName(report.end);
  std::printf("  seed %" PRIu64 ", hash %016" PRIx64 ", %.*s%s%s\n", seed, report.hash,
              static_cast<int>(end.size()), end.data(), report.message.empty() ? "" : ": ",
              report.message.c_str());
  return report.end == RunEnd::kPassed ? 0 : 1;
}

}  // namespace
}  // namespace fencepost

int main(int argc, char** argv) {
  constexpr std::array<const char*, 3> kNames = {"control-planes", "workers", "minutes"};
  fencepost::ParameterValues parameters;
  for (int i = 1; i < std::min(argc, 4); ++i) {
    parameters[kNames[static_cast<std::size_t>(i) - 1]] = std::strtoll(argv[i], nullptr, 10);
  }
  const std::uint64_t seed = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1;
  if (argc > 5) parameters["latency"] = std::strtoll(argv[5], nullptr, 10);
  if (argc == 1) fencepost::RunEverything();
  return fencepost::RunCluster(parameters, seed);
}
