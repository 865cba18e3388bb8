// Runs the built command as a user would, in a process of its own.
#pragma once

#include <string>
#include <vector>

namespace fencepost::cli {

struct CommandResult {
  int exit_code = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

// `program` with a UTF-8 locale and the test's scratch directory as working directory.
CommandResult RunCommandLine(const std::string& program, const std::vector<std::string>& arguments);

// The command with the planted scenarios.
CommandResult Planted(const std::vector<std::string>& arguments);

// A directory of this test, empty at its start.
std::string ScratchDirectory();
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& text);

}  // namespace fencepost::cli
