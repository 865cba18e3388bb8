// The tests' own directories are not left behind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "tests/cli/command.h"

namespace fencepost::cli {
namespace {

constexpr const char* kEnd = "FENCEPOST_SCRATCH_END";

void EndAs(std::string_view end) {
  WriteFile(ScratchDirectory() + "/file", "something");
  if (end == "failed") FAIL() << "on purpose";
  if (end == "failed-with-evidence") FAIL() << "on purpose; see " << ScratchDirectory();
}

// The test runs itself once more, in a process where it ends as it is told to.
TEST(Scratch, DirectoriesGoWithTheirTestUnlessAFailureNamesThem) {
  if (const char* end = std::getenv(kEnd)) return EndAs(end);
  const auto left_by = [](const std::string& end) {
    const std::string temporary = std::filesystem::path(ScratchDirectory()) / end;
    std::filesystem::create_directory(temporary);
    RunningCommand again(
        "/proc/self/exe", {"--gtest_filter=Scratch.*"}, end,
        {std::string("TEST_TMPDIR=").append(temporary), std::string(kEnd).append("=").append(end)});
    EXPECT_EQ(again.Wait().exit_code, end == "passed" ? 0 : 1);
    const std::filesystem::directory_iterator entries(temporary);
    return std::distance(begin(entries), std::filesystem::directory_iterator());
  };
  EXPECT_EQ(left_by("passed"), 0);
  EXPECT_EQ(left_by("failed"), 0);
  EXPECT_EQ(left_by("failed-with-evidence"), 1);
}

}  // namespace
}  // namespace fencepost::cli
