// Judges whether a commit has the bug of a recording. A commit that does not build, or whose code
// is too different for the recording to say anything, is neither good nor bad.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "campaign/bisect/process.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::campaign {

enum class CommitVerdict { kGood, kBad, kUntestable };
std::string_view CommitVerdictName(CommitVerdict verdict);

struct Judgement {
  CommitVerdict verdict = CommitVerdict::kUntestable;
  std::string why;  // half a sentence
  // The replay is untestable because the code goes another way: a search may decide.
  bool parted = false;
};

// `replay`: what `fencepost replay FILE --follow-default-after-parting --json` of that commit
// printed. Bad: the recorded property broke, however the run got there. Good: it did not, and every
// decision of the recording that is not the default was made as recorded. Where the run parted from
// the recording before its last such decision, nothing is shown.
Judgement JudgeReplay(const sim::ReplayFile& file, const ProcessResult& replay);

// The command of that commit that runs `seeds` seeds of the recorded scenario where its replay
// parts.
std::string SearchCommand(const std::string& program, const sim::ReplayFile& file,
                          std::uint64_t seeds);
// `search`: what that command printed. Bad if it broke the recorded property, good if it was clean.
// REQUIRES: `replay` has parted.
Judgement JudgeSearch(const sim::ReplayFile& file, const Judgement& replay, std::uint64_t seeds,
                      const ProcessResult& search);

// As `git bisect run` reads an exit code: 0 is good, 125 untestable, any other up to 125 bad.
// Errors: a higher one, which says that the command could not be run.
absl::StatusOr<Judgement> JudgeExitCode(int exit_code);

}  // namespace fencepost::campaign
