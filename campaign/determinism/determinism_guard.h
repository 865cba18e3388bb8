// Runs every execution a second time, in another process, and says where the two first differ.
// A run that is not the same everywhere cannot be reproduced: whatever it found is worth nothing.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/determinism/reference_process.h"
#include "campaign/determinism/run_trace.h"
#include "campaign/run_setup.h"
#include "cli/report/draw_timeline.h"

namespace fencepost::cli {

// Two processes came to different runs under one seed.
struct Divergence {
  std::string_view scenario;
  std::uint64_t seed = 0;
  std::uint64_t hash_here = 0;
  // Nothing: the other process died while it ran the seed.
  std::optional<std::uint64_t> hash_there;
  // Nothing: when run once more, the two were alike, or one of them died again.
  std::optional<RunDifference> difference;
  std::string command;  // that shows it again
};

// For one thread, beside the runner that it uses.
class DeterminismGuard {
 public:
  static absl::StatusOr<std::unique_ptr<DeterminismGuard>> Create(const Subject& subject,
                                                                  std::string_view strategy);

  // The other process begins with the lot; then the caller runs it, or its beginning.
  void Begin(const SeedRange& lot);
  // `hashes`: of the lot's first seeds, as they were run here. The first that differs, run again
  // in full.
  std::optional<Divergence> Compare(const std::vector<std::uint64_t>& hashes);

 private:
  DeterminismGuard(Subject subject, std::string_view strategy, std::unique_ptr<Twin> twin);
  void FindEvent(Divergence& divergence);

  const Subject subject_;
  const std::string_view strategy_;
  std::unique_ptr<Twin> twin_;
  SeedRange lot_{};
};

// One seed, which was run here and came to `here`, in a fresh other process.
absl::StatusOr<std::optional<Divergence>> CompareAlone(const Subject& subject,
                                                       std::string_view strategy,
                                                       std::uint64_t seed, const RunTrace& here);

std::string DivergencePage(const Divergence& divergence, const DrawStyle& style);
// scenario, end, seed, command, hash, other_hash, first_difference.
nlohmann::ordered_json DivergenceJson(const Divergence& divergence);

inline constexpr std::string_view kNotDeterministic = "not-deterministic";

}  // namespace fencepost::cli
