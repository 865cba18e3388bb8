// Every setting of a control plane, with its default, in one place.
//
// Validate names each wrong value with its bounds. A control plane does not start with a wrong
// value.
#pragma once

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/replies.h"

namespace fencepost {

struct Config {
  // ---- Control planes
  absl::Duration heartbeat = absl::Seconds(5);
  absl::Duration cp_expiry = absl::Seconds(20);      // without a heartbeat: expired
  absl::Duration orphan_grace = absl::Seconds(30);   // an expired one may revive within it
  absl::Duration drain_timeout = absl::Minutes(10);  // a shutdown waits for sessions until then
  absl::Duration overdue_drain = absl::Minutes(15);
  absl::Duration leadership_ttl = absl::Seconds(15);

  // ---- Workers
  absl::Duration spawn_timeout = absl::Minutes(2);
  absl::Duration activate_timeout = absl::Minutes(2);
  absl::Duration stuck_spawning = absl::Minutes(5);    // the janitor's limits, above the budgets
  absl::Duration stuck_activating = absl::Minutes(5);  // also of `reserved`
  absl::Duration hot_idle_ttl = absl::Minutes(30);     // counted from parking
  absl::Duration pod_poll = absl::Seconds(1);          // while waiting for a pod to be ready
  int health_failures = 3;  // in a row, before a worker is judged by what is known of it
  // In a row, before a worker is given up that does not answer although its pod lives and other
  // workers answer.
  int unreachable_failures = 18;
  absl::Duration health_interval = absl::Seconds(10);
  // An org whose credentials are refused takes no worker for a while: about this long after the
  // first refusal, twice as long after each further one, up to the limit.
  absl::Duration org_backoff = absl::Seconds(1);
  absl::Duration org_backoff_limit = absl::Minutes(1);
  // The same for an image whose pods do not come up.
  absl::Duration image_backoff = absl::Seconds(5);
  absl::Duration image_backoff_limit = absl::Minutes(2);
  double refresh_fraction = 0.5;               // of the credentials' life
  absl::Duration retention = absl::Hours(24);  // how long ended rows are kept

  // ---- Sessions
  absl::Duration session_ttl = absl::Seconds(60);    // renewed with each heartbeat
  absl::Duration reconnect_ttl = absl::Seconds(60);  // a client that went away may come back
  absl::Duration acquire_timeout = absl::Seconds(60);
  absl::Duration acquire_poll = absl::Seconds(1);  // between two looks for capacity
  // Requests that wait or are being served. A further one is refused at once.
  int open_requests_per_org = 200;
  int open_requests = 2000;

  // ---- Passes
  absl::Duration janitor_tick = absl::Seconds(5);
  absl::Duration refresh_tick = absl::Seconds(30);     // between looks for what is to be refreshed
  absl::Duration upkeep_interval = absl::Seconds(30);  // between looks at one's own workers
  std::int64_t listing_limit = 100;                    // rows that one pass takes on

  // ---- Capacity
  Caps caps;
  std::map<Image, std::int64_t> warm_target;  // unbound workers kept ready, per image

  // ---- Bounds on parallelism and on persistence
  int serve_parallelism = 16;         // requests that are being served at once
  int serve_parallelism_per_org = 8;  // those of one org: another org is served meanwhile
  int spawn_parallelism = 4;
  int shutdown_parallelism = 8;
  int cleanup_parallelism = 4;
  int health_parallelism = 8;
  int refresh_parallelism = 4;
  int settle_attempts = 5;  // round trips spent on settling one in-doubt transition
  absl::Duration settle_backoff = absl::Milliseconds(50);
  int delete_attempts = 3;  // before a pod is left to the reconciler
  absl::Duration delete_backoff = absl::Milliseconds(200);

  // How many activities a control plane with these settings runs at once, at most. Its runtime must
  // run as many: then no loop and no request ever waits for a thread.
  int Activities() const;

  // InvalidArgument that lists every wrong value, each with what it has to be.
  absl::Status Validate() const;
};

}  // namespace fencepost
