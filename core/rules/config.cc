#include "core/rules/config.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fencepost {
namespace {

class Findings {
 public:
  void Require(bool holds, absl::string_view sentence) {
    if (!holds) wrong_.emplace_back(sentence);
  }
  void Positive(absl::Duration value, absl::string_view name) {
    Require(value > absl::ZeroDuration() && value < absl::InfiniteDuration(),
            absl::StrCat(name, " is ", absl::FormatDuration(value),
                         "; it must be above zero and finite"));
  }
  void AtLeast(absl::Duration value, absl::string_view name, absl::Duration bound,
               absl::string_view bound_name) {
    Require(value >= bound,
            absl::StrCat(name, " is ", absl::FormatDuration(value), "; it must be at least ",
                         bound_name, ", ", absl::FormatDuration(bound)));
  }
  void AtLeast(std::int64_t value, absl::string_view name, std::int64_t bound) {
    Require(value >= bound, absl::StrCat(name, " is ", value, "; it must be at least ", bound));
  }
  absl::Status Result() const {
    if (wrong_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("config: ", absl::StrJoin(wrong_, "; ")));
  }

 private:
  std::vector<std::string> wrong_;
};

}  // namespace

int Config::Activities() const {
  constexpr int kLoops = 6;        // heartbeat, sessions, janitor, health, refresher, upkeep
  constexpr int kWaitingLine = 1;  // gives those who wait their turns
  constexpr int kResume = 1;       // an upkeep pass after the store was out of reach
  // ForEachBounded works in the calling activity, too, so a pass adds one activity fewer than its
  // parallelism.
  const int passes = (health_parallelism - 1) + (refresh_parallelism - 1) +
                     2 * (cleanup_parallelism - 1) +  // upkeep and resume
                     (shutdown_parallelism - 1);
  return kLoops + kWaitingLine + kResume + serve_parallelism + spawn_parallelism +
         cleanup_parallelism + passes;
}

absl::Status Config::Validate() const {
  Findings findings;
  findings.Positive(heartbeat, "heartbeat");
  findings.Positive(leadership_ttl, "leadership_ttl");
  findings.Positive(spawn_timeout, "spawn_timeout");
  findings.Positive(activate_timeout, "activate_timeout");
  findings.Positive(hot_idle_ttl, "hot_idle_ttl");
  findings.Positive(pod_poll, "pod_poll");
  findings.Positive(health_interval, "health_interval");
  findings.Positive(acquire_timeout, "acquire_timeout");
  findings.Positive(acquire_poll, "acquire_poll");
  findings.Positive(janitor_tick, "janitor_tick");
  findings.Positive(refresh_tick, "refresh_tick");
  findings.Positive(upkeep_interval, "upkeep_interval");
  findings.Positive(settle_backoff, "settle_backoff");
  findings.Positive(org_backoff, "org_backoff");
  findings.Positive(image_backoff, "image_backoff");
  findings.Positive(delete_backoff, "delete_backoff");
  findings.AtLeast(cp_expiry, "cp_expiry", 3 * heartbeat, "three heartbeats");
  findings.AtLeast(session_ttl, "session_ttl", 3 * heartbeat, "three heartbeats");
  findings.AtLeast(orphan_grace, "orphan_grace", absl::ZeroDuration(), "zero");
  findings.AtLeast(leadership_ttl, "leadership_ttl", 2 * janitor_tick, "two janitor ticks");
  // The owner gives up at the end of its budget, and then has to write that down. A janitor that
  // is as fast would end workers that are just being published.
  findings.AtLeast(stuck_spawning, "stuck_spawning", spawn_timeout + 2 * janitor_tick,
                   "the spawn timeout and two janitor ticks together");
  findings.AtLeast(stuck_activating, "stuck_activating", activate_timeout + 2 * janitor_tick,
                   "the activate timeout and two janitor ticks together");
  findings.AtLeast(org_backoff_limit, "org_backoff_limit", org_backoff, "the first back-off");
  findings.AtLeast(image_backoff_limit, "image_backoff_limit", image_backoff, "the first back-off");
  findings.AtLeast(drain_timeout, "drain_timeout", absl::ZeroDuration(), "zero");
  findings.AtLeast(overdue_drain, "overdue_drain", drain_timeout + cp_expiry,
                   "the drain timeout and the expiry of a control plane together");
  findings.AtLeast(retention, "retention", spawn_timeout + orphan_grace,
                   "the spawn timeout and the orphan grace together");
  // A worker can be taken over only once its owner is known to be gone.
  findings.AtLeast(reconnect_ttl, "reconnect_ttl", cp_expiry + 2 * janitor_tick,
                   "the expiry of a control plane and two janitor ticks");
  findings.Require(
      refresh_fraction > 0.0 && refresh_fraction < 1.0,
      absl::StrCat("refresh_fraction is ", refresh_fraction, "; it must be above 0 and below 1"));
  findings.AtLeast(health_failures, "health_failures", 1);
  findings.Require(unreachable_failures > health_failures,
                   absl::StrCat("unreachable_failures is ", unreachable_failures,
                                "; it must be above health_failures, ", health_failures));
  findings.AtLeast(listing_limit, "listing_limit", 1);
  findings.AtLeast(caps.per_org, "caps.per_org", 0);
  findings.AtLeast(caps.global, "caps.global", 0);
  findings.AtLeast(open_requests_per_org, "open_requests_per_org", 1);
  findings.Require(
      open_requests >= open_requests_per_org,
      absl::StrCat("open_requests is ", open_requests,
                   "; it must be at least open_requests_per_org, ", open_requests_per_org));
  findings.AtLeast(serve_parallelism, "serve_parallelism", 1);
  findings.AtLeast(serve_parallelism_per_org, "serve_parallelism_per_org", 1);
  findings.AtLeast(spawn_parallelism, "spawn_parallelism", 1);
  findings.AtLeast(shutdown_parallelism, "shutdown_parallelism", 1);
  findings.AtLeast(cleanup_parallelism, "cleanup_parallelism", 1);
  findings.AtLeast(health_parallelism, "health_parallelism", 1);
  findings.AtLeast(refresh_parallelism, "refresh_parallelism", 1);
  findings.AtLeast(settle_attempts, "settle_attempts", 1);
  findings.AtLeast(delete_attempts, "delete_attempts", 1);
  for (const auto& [image, target] : warm_target) {
    findings.Require(!image.empty(), "warm_target names an empty image");
    findings.AtLeast(target, absl::StrCat("warm_target of ", image.text()), 0);
  }
  return findings.Result();
}

}  // namespace fencepost
