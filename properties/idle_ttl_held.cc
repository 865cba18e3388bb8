#include "properties/idle_ttl_held.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void IdleTtlHeld::Find(const RestView& rest, Findings& findings) const {
  // The janitor needs one pass to see the worker, and another one if that pass was cut short.
  const absl::Duration limit = rest.config->hot_idle_ttl + 2 * rest.config->janitor_tick;
  for (const WorkerRow& row : rest.workers) {
    const absl::Duration age = rest.store_now - row.state_since;
    if (row.state != WorkerState::kHotIdle || age <= limit) continue;
    findings.push_back(absl::StrCat(Describe(row), " has been parked for ",
                                    absl::FormatDuration(age), ", longer than ",
                                    absl::FormatDuration(rest.config->hot_idle_ttl)));
  }
}

}  // namespace fencepost::properties
