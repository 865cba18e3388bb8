#include "scenarios/fleet/settings.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <initializer_list>

#include "absl/time/time.h"

namespace fencepost::scenarios {
namespace {

constexpr std::size_t kMostValues = 4;

struct Setting {
  std::string_view name;
  std::array<std::string_view, kMostValues> values;  // the plain one first; unused ones are empty
  void (*set)(Config& config, std::uint32_t value);
};

absl::Duration Seconds(std::uint32_t value, std::initializer_list<std::int64_t> seconds) {
  return absl::Seconds(*(seconds.begin() + value));
}

std::int64_t Number(std::uint32_t value, std::initializer_list<std::int64_t> numbers) {
  return *(numbers.begin() + value);
}

void SetParallelism(Config& config, int bound) {
  config.serve_parallelism = config.serve_parallelism_per_org = bound;
  config.spawn_parallelism = config.shutdown_parallelism = config.cleanup_parallelism = bound;
  config.health_parallelism = config.refresh_parallelism = bound;
}

// A later setting may follow from earlier ones, whose bounds it has to keep.
constexpr Setting kSettings[] = {
    {"listing limit",
     {"100", "1", "2"},
     [](Config& c, std::uint32_t v) {
       c.listing_limit = Number(v, {100, 1, 2});
     }},
    {"cap of an org",
     {"3", "1", "2"},
     [](Config& c, std::uint32_t v) {
       c.caps.per_org = Number(v, {3, 1, 2});
     }},
    {"cap of the fleet",
     {"12", "3", "6"},
     [](Config& c, std::uint32_t v) {
       c.caps.global = Number(v, {12, 3, 6});
     }},
    {"warm target of image-1",
     {"none", "1", "2", "3"},
     [](Config& c, std::uint32_t v) {
       if (v > 0) c.warm_target[Image("image-1")] = v;
     }},
    {"warm target of image-2",
     {"none", "1"},
     [](Config& c, std::uint32_t v) {
       if (v > 0) c.warm_target[Image("image-2")] = v;
     }},
    {"parked for",
     {"30min", "3min", "45s"},
     [](Config& c, std::uint32_t v) {
       c.hot_idle_ttl = Seconds(v, {1800, 180, 45});
     }},
    {"refreshed after",
     {"30min", "72s"},
     [](Config& c, std::uint32_t v) { c.refresh_fraction = v == 0 ? 0.5 : 0.02; }},
    {"spawn and activation may take",
     {"2min", "20s"},
     [](Config& c, std::uint32_t v) {
       c.spawn_timeout = c.activate_timeout = Seconds(v, {120, 20});
       c.stuck_spawning = c.stuck_activating = Seconds(v, {300, 30});
     }},
    {"orphan grace",
     {"30s", "5s", "none"},
     [](Config& c, std::uint32_t v) {
       c.orphan_grace = Seconds(v, {30, 5, 0});
     }},
    {"ended rows are kept for",
     {"24h", "3min"},
     [](Config& c, std::uint32_t v) {
       c.retention = Seconds(v, {86'400, 180});
     }},
    {"a drain waits for",
     {"2min", "10min", "nobody"},
     [](Config& c, std::uint32_t v) {
       c.drain_timeout = Seconds(v, {120, 600, 0});
     }},
    {"a drain is overdue",
     {"after 15min", "at once"},
     [](Config& c, std::uint32_t v) {
       if (v == 1) c.overdue_drain = c.drain_timeout + c.cp_expiry;
     }},
    {"a session lasts",
     {"60s", "15s"},
     [](Config& c, std::uint32_t v) {
       c.session_ttl = Seconds(v, {60, 15});
     }},
    {"a client may come back within",
     {"60s", "30s"},
     [](Config& c, std::uint32_t v) {
       c.reconnect_ttl = Seconds(v, {60, 30});
     }},
    {"health failures",
     {"3", "1"},
     [](Config& c, std::uint32_t v) {
       c.health_failures = static_cast<int>(Number(v, {3, 1}));
     }},
    {"upkeep every",
     {"30s", "5s"},
     [](Config& c, std::uint32_t v) {
       c.upkeep_interval = Seconds(v, {30, 5});
     }},
    {"parallelism",
     {"standard", "1", "2"},
     [](Config& c, std::uint32_t v) {
       if (v > 0) SetParallelism(c, static_cast<int>(v));
     }},
    {"open requests of an org",
     {"200", "1"},
     [](Config& c, std::uint32_t v) {
       c.open_requests_per_org = static_cast<int>(Number(v, {200, 1}));
     }},
    {"attempts to settle and to delete",
     {"standard", "1"},
     [](Config& c, std::uint32_t v) {
       if (v == 1) c.settle_attempts = c.delete_attempts = 1;
     }},
};

}  // namespace

void SetEach(DrawSetting draw, Config& config) {
  for (const Setting& setting : kSettings) {
    std::size_t count = 0;
    while (count < kMostValues && !setting.values[count].empty()) ++count;
    setting.set(config, draw(setting.name, std::span(setting.values).first(count)));
  }
}

void DrawSettings(sim::Story& story) {
  SetEach([&story](std::string_view name,
                   std::span<const std::string_view> values) { return story.Draw(name, values); },
          story.config());
  constexpr std::array<std::string_view, 3> kLatencies = {"nothing", "20ms", "200ms"};
  constexpr std::array<std::int64_t, 3> kMilliseconds = {0, 20, 200};
  const auto latency =
      std::chrono::milliseconds(kMilliseconds[story.Draw("a call takes", kLatencies)]);
  for (std::size_t target = 0; target < kCallTargetCount; ++target) {
    story.cluster().injector().set_latency(static_cast<CallTarget>(target), latency);
  }
}

}  // namespace fencepost::scenarios
