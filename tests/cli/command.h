// Runs the built command as a user would, in a process of its own.
#pragma once

#include <string>
#include <vector>

namespace fencepost {

struct CommandResult {
  int exit_code = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

// `program` with a UTF-8 locale and the test's scratch directory as working directory.
CommandResult RunCommandLine(const std::string& program, const std::vector<std::string>& arguments);

// A command that runs beside the test. Killed and waited for at the end, if it still runs.
class RunningCommand {
 public:
  // `name` tells it from the others of this test. `environment`: more variables, "NAME=value".
  RunningCommand(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& name, const std::vector<std::string>& environment = {});
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  // SIGKILL: it has no say in the matter.
  void Kill();
  // Until it has ended.
  CommandResult Wait();

 private:
  const std::string out_;
  const std::string err_;
  int child_ = -1;  // -1: it was waited for
};

// The command with the planted scenarios.
CommandResult Planted(const std::vector<std::string>& arguments);

// A directory of this test, empty at its start. It goes with the test, unless a failure names it.
std::string ScratchDirectory();
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& text);

}  // namespace fencepost
