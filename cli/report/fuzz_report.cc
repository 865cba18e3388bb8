#include "cli/report/fuzz_report.h"

#include <fmt/format.h>

#include "campaign/commands_to_repeat.h"
#include "cli/report/campaign_summary.h"

namespace fencepost::cli {
namespace {

// The campaign that leads to a finding which no seed repeats alone.
std::string CommandWithoutSeed(const std::vector<campaign::ScenarioResult>& results,
                               const campaign::SeedRange& seeds) {
  if (results.empty() || !results.back().finding) return "";
  const campaign::ScenarioResult& found = results.back();
  const std::uint64_t last = seeds.first + (found.finding->execution - 1);
  return campaign::CampaignCommand(*found.scenario, found.options, found.finding->replay.strategy,
                                   seeds.first) +
         std::to_string(last);
}

}  // namespace

campaign::Verdict ShowFuzz(const std::vector<campaign::ScenarioResult>& results,
                           const CampaignOutput& how, const ShownFuzz& fuzz) {
  Json fields;
  fields["base_seed"] = fuzz.seeds.first;
  fields["base_seed_is_default"] = fuzz.default_base;
  if (!fuzz.shard.empty()) fields["shard"] = fuzz.shard;
  fields["jobs"] = fuzz.jobs;
  fields["strategy"] = fuzz.strategy;
  const std::string heading = fmt::format("{}, strategy {}, {} {}\n", fuzz.budget, fuzz.strategy,
                                          fuzz.jobs, fuzz.jobs == 1 ? "job" : "jobs");
  return ShowCampaign(
      results, how,
      {fields, StopText(results) + heading, fuzz.seconds, CommandWithoutSeed(results, fuzz.seeds)});
}

}  // namespace fencepost::cli
