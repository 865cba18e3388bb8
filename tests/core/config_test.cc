// A configuration with a wrong value is refused by name, with what the value has to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "core/rules/config.h"
#include "core/seams/runtime.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

TEST(Config, IsRightByDefault) { EXPECT_EQ(Config().Validate(), absl::OkStatus()); }

struct Wrong {
  std::string name;  // of the test
  std::function<void(Config&)> change;
  std::string sentence;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

class WrongConfig : public testing::TestWithParam<Wrong> {};

TEST_P(WrongConfig, IsNamedWithItsBounds) {
  Config config;
  GetParam().change(config);
  const absl::Status status = config.Validate();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()), "config: " + GetParam().sentence);
}

// A value that is out of bounds for this field alone.
Wrong Zero(absl::Duration Config::*field, const std::string& name) {
  return {name, [field](Config& config) { config.*field = absl::ZeroDuration(); },
          name + " is 0; it must be above zero and finite"};
}
Wrong None(int Config::*field, const std::string& name) {
  return {name, [field](Config& config) { config.*field = 0; },
          name + " is 0; it must be at least 1"};
}

INSTANTIATE_TEST_SUITE_P(
    Durations, WrongConfig,
    testing::Values(
        Zero(&Config::spawn_timeout, "spawn_timeout"),
        Zero(&Config::activate_timeout, "activate_timeout"),
        Zero(&Config::hot_idle_ttl, "hot_idle_ttl"), Zero(&Config::pod_poll, "pod_poll"),
        Zero(&Config::health_interval, "health_interval"),
        Zero(&Config::acquire_poll, "acquire_poll"), Zero(&Config::refresh_tick, "refresh_tick"),
        Zero(&Config::upkeep_interval, "upkeep_interval"),
        Zero(&Config::acquire_timeout, "acquire_timeout"),
        Zero(&Config::settle_backoff, "settle_backoff"), Zero(&Config::org_backoff, "org_backoff"),
        Zero(&Config::image_backoff, "image_backoff"),
        Zero(&Config::delete_backoff, "delete_backoff"),
        Wrong{"heartbeat", [](Config& c) { c.heartbeat = absl::Seconds(-1); },
              "heartbeat is -1s; it must be above zero and finite"},
        Wrong{"janitor_tick", [](Config& c) { c.janitor_tick = absl::ZeroDuration(); },
              "janitor_tick is 0; it must be above zero and finite"},
        Wrong{"cp_expiry", [](Config& c) { c.cp_expiry = absl::Seconds(14); },
              "cp_expiry is 14s; it must be at least three heartbeats, 15s"},
        Wrong{"session_ttl", [](Config& c) { c.session_ttl = absl::Milliseconds(14999); },
              "session_ttl is 14.999s; it must be at least three heartbeats, 15s"},
        Wrong{"orphan_grace", [](Config& c) { c.orphan_grace = absl::Seconds(-1); },
              "orphan_grace is -1s; it must be at least zero, 0"},
        Wrong{"leadership_ttl", [](Config& c) { c.leadership_ttl = absl::Seconds(9); },
              "leadership_ttl is 9s; it must be at least two janitor ticks, 10s"},
        Wrong{"stuck_spawning", [](Config& c) { c.stuck_spawning = absl::Seconds(129); },
              "stuck_spawning is 2m9s; it must be at least the spawn timeout and two janitor ticks "
              "together, 2m10s"},
        Wrong{"stuck_activating", [](Config& c) { c.stuck_activating = absl::Seconds(129); },
              "stuck_activating is 2m9s; it must be at least the activate timeout and two janitor "
              "ticks together, 2m10s"},
        Wrong{"reconnect_ttl", [](Config& c) { c.reconnect_ttl = absl::Seconds(29); },
              "reconnect_ttl is 29s; it must be at least the expiry of a control plane and two "
              "janitor ticks, 30s"},
        Wrong{"drain_timeout", [](Config& c) { c.drain_timeout = absl::Seconds(-1); },
              "drain_timeout is -1s; it must be at least zero, 0"},
        Wrong{"retention", [](Config& c) { c.retention = absl::Seconds(149); },
              "retention is 2m29s; it must be at least the spawn timeout and the orphan grace "
              "together, 2m30s"},
        Wrong{"overdue_drain", [](Config& c) { c.overdue_drain = absl::Seconds(619); },
              "overdue_drain is 10m19s; it must be at least the drain timeout and the expiry of a "
              "control plane together, 10m20s"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Numbers, WrongConfig,
    testing::Values(
        None(&Config::health_failures, "health_failures"),
        Wrong{"unreachable_failures", [](Config& c) { c.unreachable_failures = 3; },
              "unreachable_failures is 3; it must be above health_failures, 3"},
        Wrong{"listing_limit", [](Config& c) { c.listing_limit = 0; },
              "listing_limit is 0; it must be at least 1"},
        None(&Config::open_requests_per_org, "open_requests_per_org"),
        Wrong{"open_requests", [](Config& c) { c.open_requests = 199; },
              "open_requests is 199; it must be at least open_requests_per_org, 200"},
        None(&Config::serve_parallelism, "serve_parallelism"),
        None(&Config::serve_parallelism_per_org, "serve_parallelism_per_org"),
        None(&Config::spawn_parallelism, "spawn_parallelism"),
        None(&Config::shutdown_parallelism, "shutdown_parallelism"),
        None(&Config::cleanup_parallelism, "cleanup_parallelism"),
        None(&Config::health_parallelism, "health_parallelism"),
        None(&Config::refresh_parallelism, "refresh_parallelism"),
        None(&Config::settle_attempts, "settle_attempts"),
        None(&Config::delete_attempts, "delete_attempts"),
        Wrong{"caps_per_org", [](Config& c) { c.caps.per_org = -1; },
              "caps.per_org is -1; it must be at least 0"},
        Wrong{"caps_global", [](Config& c) { c.caps.global = -1; },
              "caps.global is -1; it must be at least 0"},
        Wrong{"refresh_fraction_zero", [](Config& c) { c.refresh_fraction = 0.0; },
              "refresh_fraction is 0; it must be above 0 and below 1"},
        Wrong{"refresh_fraction_one", [](Config& c) { c.refresh_fraction = 1.0; },
              "refresh_fraction is 1; it must be above 0 and below 1"},
        Wrong{"refresh_fraction_nan",
              [](Config& c) { c.refresh_fraction = std::numeric_limits<double>::quiet_NaN(); },
              "refresh_fraction is nan; it must be above 0 and below 1"},
        Wrong{"warm_target_of_nothing", [](Config& c) { c.warm_target[Image()] = 1; },
              "warm_target names an empty image"},
        Wrong{"warm_target_negative", [](Config& c) { c.warm_target[Image("v1")] = -1; },
              "warm_target of v1 is -1; it must be at least 0"}),
    [](const auto& tested) { return tested.param.name; });

// 6 loops, the waiting line's own activity, the upkeep after an outage; 16 requests served, 4
// spawns, 4 cleanups; and the helpers of passes: 7 of health, 3 of refresh, 3 of each upkeep, 7 of
// a shutdown.
TEST(Config, ItsActivitiesFitIntoAStandardRuntime) {
  EXPECT_EQ(Config().Activities(), 8 + 16 + 4 + 4 + 7 + 3 + 2 * 3 + 7);
  EXPECT_LE(Config().Activities(), kStandardActivityBound);
}

TEST(Config, NamesEveryWrongValueAtOnce) {
  Config config;
  config.pod_poll = absl::ZeroDuration();
  config.delete_attempts = -2;
  config.orphan_grace = absl::Seconds(-3);
  const std::string message(config.Validate().message());
  EXPECT_THAT(message, HasSubstr("pod_poll is 0; it must be above zero and finite"));
  EXPECT_THAT(message, HasSubstr("delete_attempts is -2; it must be at least 1"));
  EXPECT_THAT(message, HasSubstr("orphan_grace is -3s; it must be at least zero, 0"));
}

TEST(Config, RefusesPacesThatNeverCome) {
  Config config;
  config.pod_poll = absl::InfiniteDuration();
  EXPECT_EQ(config.Validate().message(),
            "config: pod_poll is inf; it must be above zero and finite");
}

TEST(Config, TakesValuesAtTheirBounds) {
  Config config;
  config.cp_expiry = config.session_ttl = 3 * config.heartbeat;
  config.orphan_grace = absl::ZeroDuration();
  config.leadership_ttl = 2 * config.janitor_tick;
  config.stuck_spawning = config.spawn_timeout + 2 * config.janitor_tick;
  config.stuck_activating = config.activate_timeout + 2 * config.janitor_tick;
  config.drain_timeout = absl::ZeroDuration();
  config.overdue_drain = config.cp_expiry;
  config.retention = config.spawn_timeout + config.orphan_grace;
  config.reconnect_ttl = config.cp_expiry + 2 * config.janitor_tick;
  config.caps = {.per_org = 0, .global = 0};
  config.warm_target[Image("v1")] = 0;
  config.health_failures = 1;
  config.unreachable_failures = 2;
  config.listing_limit = 1;
  config.spawn_parallelism = config.shutdown_parallelism = config.cleanup_parallelism = 1;
  config.health_parallelism = config.refresh_parallelism = 1;
  config.settle_attempts = config.delete_attempts = 1;
  EXPECT_EQ(config.Validate(), absl::OkStatus());
}

}  // namespace
}  // namespace fencepost
