#include "properties/nothing_stuck.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

// A worker whose owner is gone is judged by orphans-retired.
void NothingStuck::Find(const RestView& rest, Findings& findings) const {
  constexpr StateSet kHalfWay{WorkerState::kSpawning, WorkerState::kReserved,
                              WorkerState::kActivating, WorkerState::kDraining};
  for (const WorkerRow& row : rest.workers) {
    if (!kHalfWay.Has(row.state) || !rest.OwnerLives(row)) continue;
    findings.push_back(absl::StrCat(Describe(row), " has been so for ",
                                    absl::FormatDuration(rest.store_now - row.state_since)));
  }
}

}  // namespace fencepost::properties
