#include "campaign/determinism/determinism_guard.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "campaign/commands_to_repeat.h"
#include "campaign/seeded_strategy.h"
#include "cli/report/report_failure.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kCheck = " --check-determinism";

Divergence MakeDivergence(const Subject& subject, std::string_view strategy, std::uint64_t seed) {
  Divergence divergence;
  divergence.scenario = subject.scenario->name;
  divergence.seed = seed;
  divergence.command = RunCommand(*subject.scenario, subject.options, strategy, seed);
  divergence.command += kCheck;
  return divergence;
}

// What is left over from other seeds has a part in it: they must be run as well.
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
  (*runner)->Run(*SeededStrategy(strategy, seed));
  return TraceOf(**runner);
}

std::string OtherHash(const Divergence& divergence) {
  return divergence.hash_there ? HashText(*divergence.hash_there) : "none, it died";
}

}  // namespace

DeterminismGuard::DeterminismGuard(Subject subject, std::string_view strategy,
                                   std::unique_ptr<Twin> twin)
    : subject_(std::move(subject)), strategy_(strategy), twin_(std::move(twin)) {}

absl::StatusOr<std::unique_ptr<DeterminismGuard>> DeterminismGuard::Create(
    const Subject& subject, std::string_view strategy) {
  auto twin = Twin::Start(subject, strategy, Twin::Surroundings::kOther);
  if (!twin.ok()) return twin.status();
  return std::unique_ptr<DeterminismGuard>(
      new DeterminismGuard(subject, strategy, *std::move(twin)));
}

void DeterminismGuard::Begin(const SeedRange& lot) {
  lot_ = lot;
  twin_->Ask(lot);
}

std::optional<Divergence> DeterminismGuard::Compare(const std::vector<std::uint64_t>& hashes) {
  const std::vector<std::uint64_t> there = twin_->Hashes();
  const std::size_t missing = lot_.last - lot_.first + 1 - there.size();
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    // It runs from the last to the first, so it died under the last one that is missing.
    if (i + 1 < missing || (i >= missing && hashes[i] == there[i - missing])) continue;
    Divergence divergence = MakeDivergence(subject_, strategy_, lot_.first + i);
    divergence.hash_here = hashes[i];
    if (i >= missing) divergence.hash_there = there[i - missing];
    FindEvent(divergence);
    return divergence;
  }
  return std::nullopt;
}

// First with nothing but the seed, in two fresh processes; then in those that came to differ.
void DeterminismGuard::FindEvent(Divergence& divergence) {
  const std::uint64_t seed = divergence.seed;
  const auto fresh = Twin::Start(subject_, strategy_, Twin::Surroundings::kOwn);
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
  const auto there = twin_->Trace(seed);
  if (here.ok() && there.ok()) divergence.difference = DifferenceOf(*here, *there);
}

absl::StatusOr<std::optional<Divergence>> CompareAlone(const Subject& subject,
                                                       std::string_view strategy,
                                                       std::uint64_t seed, const RunTrace& here) {
  const auto twin = Twin::Start(subject, strategy, Twin::Surroundings::kOther);
  if (!twin.ok()) return twin.status();
  Divergence divergence = MakeDivergence(subject, strategy, seed);
  divergence.hash_here = here.trace.hash();
  const auto there = (*twin)->Trace(seed);
  if (!there.ok()) return divergence;
  if (there->trace.hash() == here.trace.hash()) return std::nullopt;
  divergence.hash_there = there->trace.hash();
  divergence.difference = DifferenceOf(here, *there);
  return divergence;
}

std::string DivergencePage(const Divergence& divergence, const DrawStyle& style) {
  std::string page = fmt::format(
      "./dev {}\n\nnot deterministic: two processes ran seed {} of scenario {} and came to "
      "different runs\n  hash here:  {}\n  hash there: {}\n",
      divergence.command, divergence.seed, divergence.scenario, HashText(divergence.hash_here),
      OtherHash(divergence));
  if (const auto& difference = divergence.difference) {
    page += fmt::format("the first that differs is {}\n  here:  {}\n  there: {}\n",
                        Printable(difference->where, style.unicode),
                        Printable(difference->here, style.unicode),
                        Printable(difference->there, style.unicode));
  } else if (divergence.hash_there) {
    page += "run once more the two were alike: something is left over from the seeds before\n";
  }
  return page + "usual causes:\n" + UsualCauses();
}

Json DivergenceJson(const Divergence& divergence) {
  Json json;
  json["scenario"] = divergence.scenario;
  json["end"] = kNotDeterministic;
  json["property"] = kNotDeterministic;
  json["seed"] = divergence.seed;
  json["command"] = divergence.command;
  json["hash"] = HashText(divergence.hash_here);
  json["other_hash"] = divergence.hash_there ? Json(HashText(*divergence.hash_there)) : Json();
  json["first_difference"] = nullptr;
  if (const auto& difference = divergence.difference) {
    json["first_difference"] = {{"choice", difference->step},
                                {"event", difference->event ? Json(*difference->event) : Json()},
                                {"text", difference->where},
                                {"here", difference->here},
                                {"there", difference->there}};
  }
  return json;
}

}  // namespace fencepost::cli
