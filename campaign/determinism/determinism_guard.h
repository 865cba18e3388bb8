// Runs every execution a second time, in another process, and says where the two first differ.
// A run that is not the same in every process cannot be reproduced, so what it found is worth
// nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/determinism/reference_process.h"
#include "campaign/determinism/run_trace.h"
#include "campaign/lot_guard.h"
#include "campaign/run_setup.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

// Two processes came to different runs under one seed.
struct Divergence {
  std::string_view scenario;
  std::uint64_t seed = 0;
  std::uint64_t hash_here = 0;
  // nullopt: the other process died while it ran the seed.
  std::optional<std::uint64_t> hash_there;
  // nullopt: when run once more, the two were alike, or one of them died again.
  std::optional<RunDifference> difference;
  std::string command;  // that shows it again
};

// For one thread, beside the runner that it uses. REQUIRES: the store is "sim".
class DeterminismGuard : public LotGuard {
 public:
  static absl::StatusOr<std::unique_ptr<LotGuard>> Create(const Subject& subject,
                                                          std::string_view strategy);

  // The other process begins to run the lot.
  void Begin(const SeedRange& lot) override;
  // The first seed whose hash differs, run again in full.
  std::optional<Finding> Compare(const std::vector<std::uint64_t>& hashes) override;

 private:
  DeterminismGuard(Subject subject, std::string_view strategy,
                   std::unique_ptr<ReferenceProcess> reference);
  std::optional<Divergence> FirstDivergence(const std::vector<std::uint64_t>& hashes);
  void FindEvent(Divergence& divergence);

  const Subject subject_;
  const std::string_view strategy_;
  std::unique_ptr<ReferenceProcess> reference_;
  SeedRange lot_{};
};

// Runs one seed, which came to `here` in this process, in a fresh other process.
absl::StatusOr<std::optional<Divergence>> CompareAlone(const Subject& subject,
                                                       std::string_view strategy,
                                                       std::uint64_t seed, const RunTrace& here);

}  // namespace fencepost::campaign
