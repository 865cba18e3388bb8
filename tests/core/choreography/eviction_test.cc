// Room under a cap: which parked worker ends for somebody who waits, and which ones never do.

#include <string>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

class EvictionTest : public PlaneRig {
 protected:
  absl::StatusOr<Acquired> Ask(const std::string& org, const std::string& token,
                               const std::string& image = "image-1",
                               absl::Duration patience = absl::Seconds(30)) {
    return plane->Acquire({.org = Org(org),
                           .image = Image(image),
                           .token = SessionToken(token),
                           .patience = patience});
  }
  // A parked worker of the org.
  WorkerId Parked(const std::string& org, const std::string& token,
                  const std::string& image = "image-1") {
    const absl::StatusOr<Acquired> acquired = Ask(org, token, image);
    EXPECT_TRUE(acquired.ok()) << acquired.status();
    EXPECT_TRUE(plane->Release(acquired->session).ok());
    EXPECT_EQ(StateOf(acquired->worker), WorkerState::kHotIdle);
    store_now += absl::Seconds(1);
    return acquired->worker;
  }
  std::string ReasonOf(WorkerId worker) { return Look(worker).row().retire_reason; }
};

TEST_F(EvictionTest, EndsTheOldestParkedWorkerOfAFullFleet) {
  config.caps.global = 3;
  const WorkerId oldest = Parked("org-b", "b");
  const WorkerId younger = Parked("org-c", "c");
  const WorkerId busy = Ask("org-d", "d")->worker;
  EXPECT_TRUE(Ask("org-a", "a").ok());
  EXPECT_EQ(StateOf(oldest), WorkerState::kRetired);
  EXPECT_EQ(ReasonOf(oldest), "evicted");
  EXPECT_FALSE(pods.Lives(oldest));
  EXPECT_EQ(StateOf(younger), WorkerState::kHotIdle);
  EXPECT_EQ(StateOf(busy), WorkerState::kHot);
}

TEST_F(EvictionTest, EndsOnlyTheOrgsOwnWorkersAtItsCap) {
  config.caps.per_org = 1;
  const WorkerId others = Parked("org-b", "b");
  const WorkerId own = Parked("org-a", "a", "image-2");
  EXPECT_TRUE(Ask("org-a", "a2").ok());
  EXPECT_EQ(StateOf(own), WorkerState::kRetired);
  EXPECT_EQ(StateOf(others), WorkerState::kHotIdle);
}

TEST_F(EvictionTest, EndsNobodyWhoIsInUse) {
  config.caps.global = 1;
  const absl::StatusOr<Acquired> busy = Ask("org-b", "b");
  EXPECT_TRUE(absl::IsDeadlineExceeded(Ask("org-a", "a").status()));
  EXPECT_EQ(StateOf(busy->worker), WorkerState::kHot);
}

TEST_F(EvictionTest, SparesAWorkerThatItsOrgClaimsMeanwhile) {
  config.caps.global = 1;
  const WorkerId parked = Parked("org-b", "b");
  runtime.meanwhile["retire_idle_variant"] = [this, parked] {
    EXPECT_TRUE(lifecycle->ClaimHotIdle(Org("org-b"), Image("image-1")).claimed());
    EXPECT_EQ(StateOf(parked), WorkerState::kReserved);
  };
  EXPECT_FALSE(Ask("org-a", "a", "image-1", absl::Milliseconds(500)).ok());
  EXPECT_EQ(StateOf(parked), WorkerState::kReserved);
}

TEST_F(EvictionTest, EndsNobodyForALackThatIsNoCap) {
  const WorkerId parked = Parked("org-b", "b");
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_FALSE(Ask("org-a", "a").ok());
  EXPECT_EQ(StateOf(parked), WorkerState::kHotIdle);
  EXPECT_EQ(runtime.CallsOf("retire_idle_variant"), 0);
}

TEST_F(EvictionTest, AListingThatFailsCostsNothingButTime) {
  config.caps.global = 1;
  Parked("org-b", "b");
  runtime.script["list_by_state_age"] = {Fate::kNotApplied};
  EXPECT_TRUE(Ask("org-a", "a").ok());
}

}  // namespace
}  // namespace fencepost
