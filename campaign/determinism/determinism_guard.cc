#include "campaign/determinism/determinism_guard.h"

#include <fmt/format.h>

#include <utility>

#include "campaign/commands_to_repeat.h"
#include "campaign/seeded_strategies.h"
#include "campaign/strategies.h"

namespace fencepost::campaign {
namespace {

constexpr std::string_view kCheck = " --check-determinism";

Divergence MakeDivergence(const Subject& subject, std::string_view strategy, std::uint64_t seed) {
  Divergence divergence;
  divergence.scenario = subject.scenario->name;
  divergence.seed = seed;
  divergence.command = RunCommand(*subject.scenario, subject.options, strategy, seed);
  divergence.command += kCheck;
  return divergence;
}

// For a difference that something left over from other seeds has a part in: they must run as well.
std::string CommandWithLot(const Subject& subject, std::string_view strategy,
                           const SeedRange& lot) {
  return fmt::format("fencepost fuzz {} --jobs 1 --seeds {}..{}{}{}{}", subject.scenario->name,
                     lot.first, lot.last, StrategyText(strategy),
                     OptionsText(*subject.scenario, subject.options), kCheck);
}

absl::StatusOr<RunTrace> TraceHere(const Subject& subject, std::string_view strategy,
                                   std::uint64_t seed) {
  RunOptions options = subject.options;
  options.record_timeline = true;
  const auto runner = Runner::Create(*subject.scenario, options);
  if (!runner.ok()) return runner.status();
  SeededStrategies strategies(strategy, *subject.scenario, options);
  (*runner)->Run(*strategies.For(seed));
  return TraceOf(**runner);
}

}  // namespace

DeterminismGuard::DeterminismGuard(Subject subject, std::string_view strategy,
                                   std::unique_ptr<ReferenceProcess> reference)
    : subject_(std::move(subject)), strategy_(strategy), reference_(std::move(reference)) {}

absl::StatusOr<std::unique_ptr<LotGuard>> DeterminismGuard::Create(const Subject& subject,
                                                                   std::string_view strategy) {
  auto reference =
      ReferenceProcess::Start(subject, strategy, ReferenceProcess::Surroundings::kOther);
  if (!reference.ok()) return reference.status();
  return std::unique_ptr<LotGuard>(new DeterminismGuard(subject, strategy, *std::move(reference)));
}

void DeterminismGuard::Begin(const SeedRange& lot) {
  lot_ = lot;
  reference_->Ask(lot);
}

std::optional<Finding> DeterminismGuard::Compare(const std::vector<std::uint64_t>& hashes) {
  auto divergence = FirstDivergence(hashes);
  if (!divergence) return std::nullopt;
  Finding finding;
  finding.seed = divergence->seed;
  finding.divergence = std::make_shared<Divergence>(*std::move(divergence));
  return finding;
}

std::optional<Divergence> DeterminismGuard::FirstDivergence(
    const std::vector<std::uint64_t>& hashes) {
  const std::vector<std::uint64_t> there = reference_->Hashes();
  const std::size_t missing = lot_.last - lot_.first + 1 - there.size();
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    // The other process runs from the last seed to the first, so it died under the last of those
    // that are missing.
    if (i + 1 < missing || (i >= missing && hashes[i] == there[i - missing])) continue;
    Divergence divergence = MakeDivergence(subject_, strategy_, lot_.first + i);
    divergence.hash_here = hashes[i];
    if (i >= missing) divergence.hash_there = there[i - missing];
    FindEvent(divergence);
    return divergence;
  }
  return std::nullopt;
}

// Runs the seed again: first alone, in two fresh processes; then in the two that came to differ.
void DeterminismGuard::FindEvent(Divergence& divergence) {
  const std::uint64_t seed = divergence.seed;
  const auto fresh =
      ReferenceProcess::Start(subject_, strategy_, ReferenceProcess::Surroundings::kOwn);
  if (fresh.ok()) {
    const auto here = (*fresh)->Trace(seed);
    if (here.ok()) {
      const auto alone = CompareAlone(subject_, strategy_, seed, *here);
      if (alone.ok() && *alone) {
        divergence.difference = (*alone)->difference;
        return;
      }
    }
  }
  divergence.command = CommandWithLot(subject_, strategy_, lot_);
  const auto here = TraceHere(subject_, strategy_, seed);
  const auto there = reference_->Trace(seed);
  if (here.ok() && there.ok()) divergence.difference = DifferenceOf(*here, *there);
}

absl::StatusOr<std::optional<Divergence>> CompareAlone(const Subject& subject,
                                                       std::string_view strategy,
                                                       std::uint64_t seed, const RunTrace& here) {
  const auto reference =
      ReferenceProcess::Start(subject, strategy, ReferenceProcess::Surroundings::kOther);
  if (!reference.ok()) return reference.status();
  Divergence divergence = MakeDivergence(subject, strategy, seed);
  divergence.hash_here = here.trace.hash();
  const auto there = (*reference)->Trace(seed);
  if (!there.ok()) return divergence;
  if (there->trace.hash() == here.trace.hash()) return std::nullopt;
  divergence.hash_there = there->trace.hash();
  divergence.difference = DifferenceOf(here, *there);
  return divergence;
}

}  // namespace fencepost::campaign
