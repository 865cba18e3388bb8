// This process' share in a campaign: threads that claim ranges, run them and deliver the results,
// until no range is left or the time of this process is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/progress.h"
#include "campaign/run_setup.h"
#include "campaign/shared/shared_campaign.h"

namespace fencepost::campaign {

struct SharedWork {
  const std::vector<Subject>& subjects;  // in the places that the campaign has them
  std::string_view strategy;
  std::chrono::duration<double> shrink_time;
  std::optional<std::chrono::duration<double>> time;
  std::uint64_t plateau = 0;  // 0: none
  std::uint64_t jobs = 1;
  bool json = false;
};

struct SharedWorkDone {
  std::uint64_t executions = 0;  // in the ranges that it finished
  std::uint64_t lost = 0;        // ranges that were run here and finished by another worker
  bool time_was_over = false;
};

// Errors: the database could not be reached for longer than a claim lasts, or an execution could
// not be run.
absl::StatusOr<SharedWorkDone> WorkOn(SharedCampaign& campaign, const SharedWork& work,
                                      Progress& progress);

}  // namespace fencepost::campaign
