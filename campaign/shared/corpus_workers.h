// This process' share in a campaign: threads that claim ranges, run them and deliver, until nothing
// is left to do or its time is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/run_setup.h"
#include "campaign/shared/corpus.h"
#include "cli/report/progress.h"

namespace fencepost::cli {

struct CorpusWork {
  const std::vector<Subject>& subjects;  // in the places that the campaign has them
  std::string_view strategy;
  std::chrono::duration<double> shrink_time;
  std::optional<std::chrono::duration<double>> time;
  std::uint64_t plateau = 0;  // 0: none
  std::uint64_t jobs = 1;
  bool json = false;
};

struct CorpusWorkDone {
  std::uint64_t executions = 0;  // of finished ranges
  std::uint64_t lost = 0;        // ranges that were run here and finished by another worker
  bool time_was_over = false;
};

// Errors: the corpus could not be reached for longer than a claim lasts, or an execution could not
// be run.
absl::StatusOr<CorpusWorkDone> WorkOn(Corpus& corpus, const CorpusWork& work, Progress& progress);

}  // namespace fencepost::cli
