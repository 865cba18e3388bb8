#include <bit>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "tests/cli/planted/planted.h"

namespace fencepost {
namespace {

constexpr sim::Probe kBothHaveWritten{"both have written"};
constexpr sim::Probe kOften{"often"};
constexpr sim::Probe kSeldom{"seldom"};
constexpr sim::Probe kNever{"never"};

}  // namespace

namespace planted {
namespace {

// Two actors add to one counter without a compare-and-set: one in a few schedules loses a write.
// With "guarded" 1 they look again before they write.
void LostUpdate(Stage& stage) {
  std::int64_t counter = 0;
  const bool guarded = stage.parameters.at("guarded") == 1;
  const auto add = [&stage, &counter, guarded](std::string_view actor) {
    std::int64_t seen = counter;
    stage.Event(actor, "reads " + std::to_string(seen));
    stage.engine.Yield(sim::Label::Of("write"));
    if (stage.FaultHappens("slow-write")) {
      stage.Fault(actor, "write is slow");
      stage.engine.Yield(sim::Label::Of("slow"));
    }
    if (guarded) seen = counter;
    counter = seen + 1;
    stage.Event("worker 1", "counter -> " + std::to_string(counter));
  };
  const sim::TaskId one = stage.engine.Spawn({}, sim::Label::Of("cp-1"), [&] { add("cp-1"); });
  const sim::TaskId two = stage.engine.Spawn({}, sim::Label::Of("cp-2"), [&] { add("cp-2"); });
  stage.engine.Join(one);
  stage.engine.Join(two);
  stage.Sometimes(kBothHaveWritten);
  if (counter == 2) return;
  stage.Break(RunEnd::kPropertyBroken, "no-lost-update",
              "the counter is " + std::to_string(counter) + " after two additions");
}

// At the n-th execution of this process, if FENCEPOST_PLANTED_GATE is "n:PATH": says so by opening
// the pipe PATH.at, and goes on when somebody opens PATH.go.
void AwaitGate() {
  static const char* const gate = std::getenv("FENCEPOST_PLANTED_GATE");
  if (gate == nullptr) return;
  static std::uint64_t executions = 0;
  static std::mutex mutex;  // while one thread waits, so do the others
  const std::lock_guard lock(mutex);
  const std::string text = gate;
  const std::size_t colon = text.find(':');
  if (++executions != std::stoull(text.substr(0, colon))) return;
  const std::string path = text.substr(colon + 1);
  std::ofstream(path + ".at") << "here";
  std::string word;
  std::ifstream(path + ".go") >> word;
}

void Gated(Stage& stage) {
  AwaitGate();
  LostUpdate(stage);
}

void NeverSettles(Stage& stage) {
  stage.Event("cp-1", "waits");
  stage.Break(RunEnd::kNoConvergence, "all-settled", "cp-1 still waits");
}

void Throws(Stage& stage) {
  stage.Event("cp-1", "asks for trouble");
  throw std::runtime_error("there it is");
}

// The process dies under about one seed in eight.
void Dies(Stage& stage) {
  stage.Event("cp-1", "walks on thin ice");
  if (stage.FaultHappens("ice-breaks")) std::raise(SIGABRT);
}

void Endless(Stage& stage) {
  stage.Event("cp-1", "begins");
  while (stage.engine.Yield(sim::Label::Of("again")) == sim::Wake::kOk) {
  }
}

void Silent(Stage&) {}

// What survives from one execution to the next makes it another run each time.
void Forgetful(Stage& stage) {
  static std::int64_t runs = 0;
  stage.engine.Yield(sim::Label::Of("before"));
  stage.FaultHappens("first");
  stage.Event("cp-1", "run number " + std::to_string(++runs));
  stage.FaultHappens("second");
}

// What lies where in memory is another matter in each process.
void ByAddress(Stage& stage) {
  stage.Event("cp-1", "begins");
  stage.FaultHappens("first");
  const auto something = std::make_unique<int>(1);
  stage.Event("cp-1", "looks at " + std::to_string(std::bit_cast<std::uintptr_t>(something.get())));
}

void ByEnvironment(Stage& stage) {
  const char* zone = std::getenv("TZ");
  if (zone != nullptr && std::string_view(zone) == "Pacific/Chatham") {
    stage.engine.RandomBits(sim::Label::Of("early"));
  }
  stage.FaultHappens("late");
  stage.Event("cp-1", "ends");
}

// Deterministic but for its end in an unusual place.
void DiesElsewhere(Stage& stage) {
  stage.Event("cp-1", "walks");
  const char* home = std::getenv("HOME");
  if (stage.FaultHappens("ice-breaks") && home != nullptr &&
      std::string_view(home) == "/nonexistent")
    std::raise(SIGABRT);
}

void Unreached(Stage& stage) {
  stage.Event("cp-1", "does not get there");
  stage.Sometimes(kOften);
  if (stage.FaultHappens("seldom")) stage.Sometimes(kSeldom);
}

}  // namespace

Body BodyOf(std::string_view scenario) {
  if (scenario == "by-address") return ByAddress;
  if (scenario == "by-environment") return ByEnvironment;
  if (scenario == "dies") return Dies;
  if (scenario == "dies-elsewhere") return DiesElsewhere;
  if (scenario == "endless") return Endless;
  if (scenario == "forgetful") return Forgetful;
  if (scenario == "gated") return Gated;
  if (scenario == "lost-update") return LostUpdate;
  if (scenario == "never-settles") return NeverSettles;
  if (scenario == "silent") return Silent;
  if (scenario == "throws") return Throws;
  if (scenario == "unreached") return Unreached;
  return nullptr;
}

}  // namespace planted

const std::vector<Scenario>& AllScenarios() {
  static const auto make = [](std::string_view name, std::vector<ScenarioParameter> parameters = {},
                              std::vector<sim::Probe> probes = {}) {
    Scenario scenario{};
    scenario.name = name;
    scenario.claim = "A planted situation.";
    scenario.promise = "nothing";
    scenario.parameters = std::move(parameters);
    scenario.probes = std::move(probes);
    return scenario;
  };
  const ScenarioParameter guarded = {"guarded", 0, 0, 1,
                                     "1: the actors look again before they write"};
  static const std::vector<Scenario> all = {make("by-address"),
                                            make("by-environment"),
                                            make("dies"),
                                            make("dies-elsewhere"),
                                            make("endless"),
                                            make("forgetful"),
                                            make("gated", {guarded}, {kBothHaveWritten}),
                                            make("lost-update", {guarded}, {kBothHaveWritten}),
                                            make("never-settles"),
                                            make("silent"),
                                            make("throws"),
                                            make("unreached", {}, {kOften, kSeldom, kNever})};
  return all;
}

}  // namespace fencepost
