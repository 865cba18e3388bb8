// Commands are printed so that a shell takes them as they are meant.
#include "campaign/commands_to_repeat.h"

#include <gtest/gtest.h>

namespace fencepost::campaign {
namespace {

TEST(ShellWord, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(ShellWord("a/b-1.json"), "a/b-1.json");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("it's $5"), "'it'\\''s $5'");
}

}  // namespace
}  // namespace fencepost::campaign
