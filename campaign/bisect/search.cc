#include "campaign/bisect/search.h"

#include <algorithm>
#include <set>

namespace fencepost::campaign {

absl::StatusOr<FirstBad> FindFirstBad(const std::string& good, const std::string& bad,
                                      const SuspectsOf& suspects_of, const TestCommit& test) {
  std::vector<std::string> all_good = {good};
  std::string lowest_bad = bad;
  std::set<std::string> untestable;
  while (true) {
    auto suspects = suspects_of(lowest_bad, all_good);
    if (!suspects.ok()) return suspects.status();
    const auto next =
        std::find_if(suspects->begin(), suspects->end(), [&](const std::string& commit) {
          return commit != lowest_bad && !untestable.contains(commit);
        });
    if (next == suspects->end()) {
      std::erase(*suspects, lowest_bad);
      suspects->push_back(lowest_bad);
      return FirstBad{*std::move(suspects)};
    }
    const auto judgement = test(*next, suspects->size());
    if (!judgement.ok()) return judgement.status();
    switch (judgement->verdict) {
      case CommitVerdict::kGood:
        all_good.push_back(*next);
        break;
      case CommitVerdict::kBad:
        lowest_bad = *next;
        break;
      case CommitVerdict::kUntestable:
        untestable.insert(*next);
        break;
    }
  }
}

}  // namespace fencepost::campaign
