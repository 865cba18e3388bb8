// What a worker shows at its end: what it did itself, and what the campaign has come to with
// everybody's work.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "campaign/run_setup.h"
#include "campaign/shared/corpus.h"
#include "campaign/shared/corpus_workers.h"
#include "cli/exit_code.h"
#include "cli/given_arguments.h"

namespace fencepost::cli {

struct CorpusReport {
  const GivenArguments& given;
  const std::vector<Subject>& subjects;  // in the campaign's order
  const Corpus& corpus;
  std::string_view strategy = {};
  std::uint64_t plateau = 0;  // 0: none
  bool was_finished = false;  // before this worker came
  CorpusWorkDone done = {};
  double seconds = 0;
};

// Writes the replay files of all findings, draws the first one, and prints it all. The exit code is
// the campaign's, so far.
ExitCode ShowCorpus(const CorpusReport& report, const CorpusSummary& summary);

}  // namespace fencepost::cli
