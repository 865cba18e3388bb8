// Over lines of commits with any mixture of untestable ones: the right commit is named, and if only
// untestable ones stand before it, so are they.
#include "campaign/bisect/search.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fencepost::campaign {
namespace {

// Commits 0..n in a row; 0 is good, all from `first_bad` on are bad.
struct Line {
  std::size_t newest;
  std::size_t first_bad;
  std::vector<bool> untestable;  // by commit

  // As `git rev-list --bisect-all` has it: those that split the rest most evenly come first.
  std::vector<std::string> Suspects(const std::string& bad,
                                    const std::vector<std::string>& good) const {
    std::size_t from = 0;
    for (const std::string& commit : good) from = std::max<std::size_t>(from, std::stoul(commit));
    const std::size_t to = std::stoul(bad);
    std::vector<std::size_t> commits;
    for (std::size_t commit = from + 1; commit <= to; ++commit) commits.push_back(commit);
    const auto balance = [&](std::size_t commit) { return std::min(commit - from, to - commit); };
    std::stable_sort(commits.begin(), commits.end(),
                     [&](std::size_t a, std::size_t b) { return balance(a) > balance(b); });
    std::vector<std::string> names;
    for (const std::size_t commit : commits) names.push_back(std::to_string(commit));
    return names;
  }

  Judgement Test(const std::string& name) const {
    const std::size_t commit = std::stoul(name);
    if (untestable[commit]) return {CommitVerdict::kUntestable, ""};
    return {commit < first_bad ? CommitVerdict::kGood : CommitVerdict::kBad, ""};
  }
};

struct Found {
  std::vector<std::string> commits;
  std::size_t tests = 0;
};

Found Search(const Line& line) {
  Found found;
  const auto first = FindFirstBad(
      "0", std::to_string(line.newest),
      [&line](const auto& bad, const auto& good) { return line.Suspects(bad, good); },
      [&](const std::string& commit, std::size_t) -> absl::StatusOr<Judgement> {
        ++found.tests;
        return line.Test(commit);
      });
  found.commits = first->commits;
  return found;
}

TEST(FindFirstBad, TakesAboutAsManyTestsAsTheNumberOfCommitsHasBinaryDigits) {
  for (std::size_t first_bad = 1; first_bad <= 1000; first_bad += 37) {
    const Found found = Search({1000, first_bad, std::vector<bool>(1001, false)});
    EXPECT_EQ(found.commits, std::vector<std::string>{std::to_string(first_bad)});
    EXPECT_LE(found.tests, 11U);
  }
}

TEST(FindFirstBad, TestsNothingBetweenNeighbours) {
  const Found found = Search({1, 1, {false, false}});
  EXPECT_EQ(found.commits, std::vector<std::string>{"1"});
  EXPECT_EQ(found.tests, 0U);
}

RC_GTEST_PROP(FindFirstBad, NamesTheCommitOrAllThatItMayBe, ()) {
  Line line;
  line.newest = *rc::gen::inRange<std::size_t>(1, 40);
  line.first_bad = *rc::gen::inRange<std::size_t>(1, line.newest + 1);
  line.untestable =
      *rc::gen::container<std::vector<bool>>(line.newest + 1, rc::gen::arbitrary<bool>());
  line.untestable.front() = false;
  line.untestable.back() = false;
  std::vector<std::string> commits = Search(line).commits;
  // From behind the last testable good one to the first testable bad one.
  std::vector<std::string> expected;
  std::size_t last_good = line.first_bad - 1;
  while (line.untestable[last_good]) --last_good;
  std::size_t lowest_bad = line.first_bad;
  while (line.untestable[lowest_bad]) ++lowest_bad;
  for (std::size_t commit = last_good + 1; commit <= lowest_bad; ++commit) {
    expected.push_back(std::to_string(commit));
  }
  RC_ASSERT(commits.back() == std::to_string(lowest_bad));
  std::sort(commits.begin(), commits.end());
  std::sort(expected.begin(), expected.end());
  RC_ASSERT(commits == expected);
}

}  // namespace
}  // namespace fencepost::campaign
