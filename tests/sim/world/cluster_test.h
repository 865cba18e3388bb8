// A simulated cluster whose first faulty call meets the fault that a test names.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "properties/property_set.h"
#include "sim/engine/strategy.h"
#include "sim/world/reference_store.h"
#include "sim/world/story.h"

namespace fencepost::sim {

// Takes the named fault at the first point that offers it, and the first alternative at every other
// point.
class Insist : public Strategy {
 public:
  explicit Insist(std::string fault) : fault_(std::move(fault)) {}
  bool BeginExecution() override { return true; }
  std::uint32_t Choose(const ChoicePoint& point) override {
    for (std::uint32_t i = 0; i < point.alternatives.size(); ++i) {
      if (!done_ && point.alternatives[i].name.text() == fault_) {
        done_ = true;
        return i;
      }
    }
    return 0;
  }
  std::uint64_t RandomBits(Label) override { return 0; }

 private:
  const std::string fault_;
  bool done_ = false;
};

inline PodSpec PodOf(WorkerId worker) {
  return {.worker = worker,
          .name = PodNameOf(worker),
          .image = Image("image-1"),
          .secret = SecretNameOf(worker)};
}

class ClusterTest : public testing::Test {
 protected:
  ClusterTest()
      : hub_(engine_),
        cluster_(engine_, hub_),
        store_([this] { return cluster_.StoreNow(); }, &hub_),
        story_(cluster_, probes_,
               {.unsettled = properties::PropertySet::Unsettled,
                .parameter = [](std::string_view) { return 1; }}) {
    cluster_.set_store(&store_);
  }

  // Runs `body` as a story whose first faulty call meets `fault` ("" for none).
  void Play(const std::string& fault, std::function<void(Story&)> body) {
    story_.Reset();
    cluster_.Reset();
    store_.Reset();
    Insist insist(fault);
    const ExecutionResult result = engine_.Execute(insist, [&] {
      cluster_.injector().Begin(FaultMix::All(), fault.empty() ? 0 : 1);
      body(story_);
      cluster_.KillAll();
    });
    EXPECT_EQ(result.end, End::kCompleted) << result.message;
  }
  // Parks a hot worker while `fault` hits the call, and returns what the caller was told.
  TransitionOutcome ParkUnder(const std::string& fault) {
    TransitionOutcome outcome = TransitionOutcome::kInDoubt;
    Play(fault, [&](Story& story) {
      ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
      const WorkerId worker = story.setup().HotWorker(cp, "org-a");
      const WorkerLease lease = cp.LeaseOf(worker);
      began_ = engine_.Now();
      story.Concurrently({{&cp, "park", [&] { outcome = cp.lifecycle().Park(lease).outcome; }}});
      took_ = engine_.Now() - began_;
      ended_ = cp.ended();
    });
    return outcome;
  }
  WorkerState State() { return store_.workers().at(0).state; }

  Engine engine_;
  EventHub hub_;
  Probes probes_;
  Cluster cluster_;
  ReferenceStore store_;
  Story story_;
  VirtualTime began_;
  VirtualDuration took_{};
  bool ended_ = false;
};

}  // namespace fencepost::sim
