// The shards of docs/how-to/share-a-campaign.md are what the command makes of them. tests/docs/
// checks the page's options and commands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <regex>
#include <string>
#include <vector>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

const std::string& Document() {
  static const std::string document =
      ReadFile(std::string(FENCEPOST_TREE) + "/docs/how-to/share-a-campaign.md");
  return document;
}

// Lets a shell evaluate the argument of --shard in a line of the document.
std::string Shard(const std::string& words, const std::vector<std::string>& environment) {
  return RunningCommand("/bin/sh", {"-c", "echo " + words}, "shard", environment).Wait().out;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in " << text;
  return text.replace(at, from.size(), to);
}

// GitHub and Kubernetes count jobs from 0, and --shard counts from 1.
TEST(CampaignDocs, TheFirstAndTheLastJobHaveTheFirstAndTheLastShard) {
  std::smatch matrix;
  ASSERT_TRUE(
      std::regex_search(Document(), matrix, std::regex("--shard (\\$\\(\\( \\$\\{\\{.*\\}\\})\n")));
  std::smatch indexed;
  ASSERT_TRUE(std::regex_search(Document(), indexed, std::regex("--shard (\\$\\(\\(JOB.*)\n")));
  for (int index : {0, 7}) {
    const std::string expected = std::to_string(index + 1) + "/8\n";
    const std::string in_matrix =
        Replaced(Replaced(matrix[1].str(), "${{ strategy.job-index }}", std::to_string(index)),
                 "${{ strategy.job-total }}", "8");
    EXPECT_EQ(Shard(in_matrix, {}), expected);
    EXPECT_EQ(Shard(indexed[1].str(), {"JOB_COMPLETION_INDEX=" + std::to_string(index)}), expected);
  }
}

TEST(CampaignDocs, TheExampleOfAShardIsRight) {
  EXPECT_THAT(Document(), testing::HasSubstr("`--shard 2/3 --seeds 11..110` is `--seeds 45..77`"));
  const CommandResult shard =
      Planted({"fuzz", "lost-update", "--guarded", "1", "--shard", "2/3", "--seeds", "11..110"});
  EXPECT_THAT(shard.out, testing::HasSubstr("seeds 45..77 for each scenario"));
}

}  // namespace
}  // namespace fencepost::cli
