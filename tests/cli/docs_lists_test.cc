// The lists in the documents are those of the command: the tables are the source, the pages follow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

using testing::HasSubstr;

std::string Page(const std::string& name) {
  return ReadFile(std::string(FENCEPOST_TREE) + "/docs/" + name);
}

// The commands of a strategy as the page has them: "`fuzz`, `run`".
std::string Quoted(const std::string& commands) {
  std::string quoted = "`";
  for (const char c : commands) quoted += c == ',' ? "`," : c == ' ' ? " `" : std::string(1, c);
  return quoted + "`";
}

TEST(DocumentedStrategies, AreThoseOfTheTableWithTheirCommands) {
  const auto list = nlohmann::json::parse(Planted({"list", "--json"}).out);
  const std::string help = Planted({"fuzz", "--help"}).out;
  const std::string page = Page("reference/strategies.md");
  int taken = 0;
  for (const auto& strategy : list["strategies"]) {
    const std::string name = strategy["name"];
    const std::size_t row = page.find("\n| `" + name + "`");
    if (help.find(name + ",") == std::string::npos && help.find(name + " (") == std::string::npos) {
      EXPECT_EQ(row, std::string::npos) << name << " is chosen by no option";
      continue;
    }
    ASSERT_NE(row, std::string::npos) << name << " is missing in docs/reference/strategies.md";
    EXPECT_THAT(page.substr(row, page.find('\n', row + 1) - row),
                HasSubstr("| " + Quoted(strategy["commands"]) + " |"));
    ++taken;
  }
  EXPECT_EQ(taken, 8);
}

TEST(DocumentedExitCodes, AreThoseOfTheHelp) {
  const std::string help = Planted({"--help"}).out;
  const std::string page = Page("start.md");
  for (int code = 0; code <= 6; ++code) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::to_string(code) + "  "));
    EXPECT_THAT(page, HasSubstr("\n| " + std::to_string(code) + " | ")) << "in docs/start.md";
  }
  EXPECT_EQ(help.find("\n  7  "), std::string::npos);
  EXPECT_EQ(page.find("\n| 7 | "), std::string::npos);
}

}  // namespace
}  // namespace fencepost::cli
