// What makes a campaign this campaign: everything that decides what its executions are. Workers
// that would run something else must not take part in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaign/run_setup.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

struct CampaignIdentity {
  struct OneScenario {
    std::string name;
    std::string parameters;  // "workers=2 faults=1", in the order of their names
  };
  std::vector<OneScenario> scenarios;
  std::string strategy;
  bool conform = false;  // conformance is judged, too
  std::string revision;
  // nullopt: those that the campaign has.
  std::optional<SeedRange> seeds;
  std::optional<std::uint64_t> range_seeds;
};

// The campaign that runs these subjects by this program.
CampaignIdentity IdentityOf(const std::vector<Subject>& subjects, std::string_view strategy);

// In what `mine` is not the campaign `theirs`, in a sentence's second half: "its revision is a,
// this program's is b". Empty if it is. REQUIRES: theirs has seeds and range_seeds.
std::string Difference(const CampaignIdentity& theirs, const CampaignIdentity& mine);

}  // namespace fencepost::campaign
