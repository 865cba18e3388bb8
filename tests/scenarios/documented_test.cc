// The list of scenarios is complete, and docs/reference/scenarios.md says of every scenario and
// every planted bug what the code says of it.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "scenarios/scenario.h"

namespace fencepost::scenarios {
namespace {

using testing::HasSubstr;

const std::filesystem::path kTree = FENCEPOST_TREE;

std::string Read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The text without its line breaks, which mean nothing.
std::string Words(const std::string& text) {
  return absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

// The part under the heading "## name", in words; empty when there is none.
std::string Section(const std::string& name) {
  static const std::string document = Read(kTree / "docs/reference/scenarios.md");
  const std::size_t heading = document.find(absl::StrCat("\n## ", name, "\n"));
  if (heading == std::string::npos) return "";
  return Words(document.substr(heading, document.find("\n## ", heading + 1) - heading));
}

std::string Field(const std::string& patch, const std::string& name) {
  for (const auto line : absl::StrSplit(patch, '\n')) {
    if (absl::StartsWith(line, absl::StrCat(name, ": "))) {
      return std::string(line.substr(name.size() + 2));
    }
  }
  return "";
}

// A scenario that is missing from the list would never run.
TEST(Registry, ListsTheScenarioOfEachFile) {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kTree / "scenarios")) {
    const std::string name = entry.path().stem().string();
    const bool is_a_story = name != "registry" && name != "scenario" && name != "nearest_name";
    if (entry.path().extension() == ".cc" && is_a_story) files.insert(name);
  }
  std::set<std::string> listed;
  for (const Scenario& scenario : AllScenarios()) {
    listed.insert(absl::StrReplaceAll(std::string(scenario.name), {{"-", "_"}}));
  }
  EXPECT_EQ(listed, files);
}

TEST(Documented, EveryScenarioWithItsClaim) {
  for (const Scenario& scenario : AllScenarios()) {
    EXPECT_THAT(Section(std::string(scenario.name)), HasSubstr(Words(std::string(scenario.claim))))
        << scenario.name;
  }
}

TEST(Documented, EveryPlantedBugUnderItsScenario) {
  int patches = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kTree / "tests/planted_bugs")) {
    if (entry.path().extension() != ".patch") continue;
    ++patches;
    const std::string patch = Read(entry.path());
    const std::string section = Section(Field(patch, "Scenario"));
    EXPECT_THAT(section, HasSubstr(absl::StrCat("`", entry.path().stem().string(), "`")));
    EXPECT_THAT(section, HasSubstr(Words(Field(patch, "Claim")))) << entry.path();
  }
  EXPECT_GT(patches, 0);
}

}  // namespace
}  // namespace fencepost::scenarios
