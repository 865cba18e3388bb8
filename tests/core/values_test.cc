// Identities, errors and settings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/config.h"
#include "core/effect.h"
#include "core/ids.h"
#include "core/worker.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

RC_GTEST_PROP(OperationIdText, IsReadBack, (std::uint64_t boot, std::uint64_t sequence)) {
  const OperationId id{BootId{boot}, sequence};
  RC_ASSERT(OperationId::Parse(id.ToString()) == id);
}

TEST(OperationIdText, GarbageIsRefused) {
  for (const char* text : {"", "-", "00000000000000a7", "00000000000000a7-", "0000000000000zzz-1",
                           "00000000000000a7_12", "a7-12", "00000000000000a7-x",
                           "00000000000000a7-99999999999999999999999"}) {
    EXPECT_EQ(OperationId::Parse(text), std::nullopt) << text;
  }
}

TEST(Names, FollowFromTheWorker) {
  EXPECT_EQ(PodNameOf(WorkerId{17}).text(), "worker-17");
  EXPECT_EQ(SecretNameOf(WorkerId{17}).text(), "worker-17-rpc");
}

TEST(Session, IsLiveUntilItsExpiry) {
  const absl::Time now = absl::FromUnixSeconds(100);
  SessionRow session;
  session.expires_at = now + absl::Nanoseconds(1);
  for (const SessionState state : {SessionState::kActive, SessionState::kReconnecting}) {
    session.state = state;
    EXPECT_TRUE(IsLive(session, now));
    EXPECT_FALSE(IsLive(session, session.expires_at));
  }
  for (const SessionState state : {SessionState::kExpired, SessionState::kClosed}) {
    session.state = state;
    EXPECT_FALSE(IsLive(session, now));
  }
}

TEST(EffectOfAnError, IsInDoubtUnlessTheErrorSaysOtherwise) {
  EXPECT_FALSE(MayHaveApplied(NotApplied("refused")));
  EXPECT_TRUE(MayHaveApplied(InDoubt("lost")));
  EXPECT_TRUE(MayHaveApplied(Cancelled()));
  EXPECT_TRUE(MayHaveApplied(absl::DeadlineExceededError("")));
  EXPECT_TRUE(MayHaveApplied(absl::InternalError("")));
  EXPECT_TRUE(MayHaveApplied(absl::DataLossError("")));
  EXPECT_FALSE(MayHaveApplied(absl::InvalidArgumentError("")));
  EXPECT_FALSE(MayHaveApplied(absl::FailedPreconditionError("")));
  EXPECT_FALSE(MayHaveApplied(absl::AlreadyExistsError("")));
}

TEST(ConfigValidation, TheDefaultsAreValid) { EXPECT_TRUE(Config().Validate().ok()); }

struct Wrong {
  void (*spoil)(Config&);
  const char* said;
};

TEST(ConfigValidation, NamesEachWrongValueWithItsBound) {
  const Wrong kWrongs[] = {
      {[](Config& c) { c.heartbeat = absl::ZeroDuration(); }, "heartbeat is 0; it must be above"},
      {[](Config& c) { c.cp_expiry = absl::Seconds(14); },
       "cp_expiry is 14s; it must be at least three heartbeats, 15s"},
      {[](Config& c) { c.session_ttl = absl::Seconds(1); }, "session_ttl is 1s"},
      {[](Config& c) { c.orphan_grace = absl::Seconds(-1); }, "orphan_grace is -1s"},
      {[](Config& c) { c.leadership_ttl = absl::Seconds(9); }, "two janitor ticks, 10s"},
      {[](Config& c) { c.stuck_spawning = absl::Seconds(119); },
       "stuck_spawning is 1m59s; it must be at least the spawn timeout, 2m"},
      {[](Config& c) { c.stuck_activating = absl::Seconds(1); }, "the activate timeout, 2m"},
      {[](Config& c) { c.overdue_drain = absl::Seconds(1); }, "overdue_drain is 1s"},
      {[](Config& c) { c.refresh_fraction = 1.0; }, "refresh_fraction is 1; it must be above 0"},
      {[](Config& c) { c.refresh_fraction = 0.0; }, "refresh_fraction is 0"},
      {[](Config& c) { c.health_failures = 0; }, "health_failures is 0; it must be at least 1"},
      {[](Config& c) { c.listing_limit = 0; }, "listing_limit is 0"},
      {[](Config& c) { c.caps.per_org = -1; }, "caps.per_org is -1; it must be at least 0"},
      {[](Config& c) { c.caps.global = -1; }, "caps.global is -1"},
      {[](Config& c) { c.settle_attempts = 0; }, "settle_attempts is 0"},
      {[](Config& c) { c.delete_attempts = 0; }, "delete_attempts is 0"},
      {[](Config& c) { c.shutdown_parallelism = 0; }, "shutdown_parallelism is 0"},
      {[](Config& c) { c.cleanup_parallelism = 0; }, "cleanup_parallelism is 0"},
      {[](Config& c) { c.spawn_parallelism = 0; }, "spawn_parallelism is 0"},
      {[](Config& c) { c.hot_idle_ttl = absl::InfiniteDuration(); }, "hot_idle_ttl is inf"},
      {[](Config& c) { c.warm_target[Image()] = 1; }, "warm_target names an empty image"},
      {[](Config& c) { c.warm_target[Image("image-1")] = -2; }, "warm_target of image-1 is -2"},
  };
  for (const Wrong& wrong : kWrongs) {
    Config config;
    wrong.spoil(config);
    const absl::Status status = config.Validate();
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(status.message()), HasSubstr(wrong.said));
  }
}

TEST(ConfigValidation, NamesAllOfThem) {
  Config config;
  config.health_failures = 0;
  config.settle_attempts = -3;
  const std::string message(config.Validate().message());
  EXPECT_THAT(message, HasSubstr("health_failures is 0"));
  EXPECT_THAT(message, HasSubstr("settle_attempts is -3"));
}

}  // namespace
}  // namespace fencepost
