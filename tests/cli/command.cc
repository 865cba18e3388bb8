#include "tests/cli/command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fencepost::cli {
namespace {

void Redirect(const std::string& path, int descriptor) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || dup2(file, descriptor) < 0) _exit(127);
}

}  // namespace

RunningCommand::RunningCommand(const std::string& program,
                               const std::vector<std::string>& arguments, const std::string& name,
                               const std::vector<std::string>& environment)
    : out_(ScratchDirectory() + "/.out" + name), err_(ScratchDirectory() + "/.err" + name) {
  const std::string scratch = ScratchDirectory();
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  child_ = fork();
  if (child_ != 0) return;
  Redirect(out_, STDOUT_FILENO);
  Redirect(err_, STDERR_FILENO);
  if (chdir(scratch.c_str()) != 0) _exit(127);
  setenv("LC_ALL", "C.UTF-8", 1);
  for (const std::string& variable : environment) putenv(const_cast<char*>(variable.c_str()));
  execv(program.c_str(), argv.data());
  _exit(127);
}

RunningCommand::~RunningCommand() {
  if (child_ < 0) return;
  Kill();
  Wait();
}

void RunningCommand::Kill() { kill(child_, SIGKILL); }

CommandResult RunningCommand::Wait() {
  int status = 0;
  EXPECT_EQ(waitpid(child_, &status, 0), child_);
  child_ = -1;
  CommandResult result;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  result.out = ReadFile(out_);
  result.err = ReadFile(err_);
  return result;
}

CommandResult RunCommandLine(const std::string& program,
                             const std::vector<std::string>& arguments) {
  return RunningCommand(program, arguments, "").Wait();
}

CommandResult Planted(const std::vector<std::string>& arguments) {
  return RunCommandLine(FENCEPOST_PLANTED, arguments);
}

std::string ScratchDirectory() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  static std::string directory;
  static std::string made_for;
  const std::string name = std::string(test->test_suite_name()) + "." + test->name();
  if (made_for == name) return directory;
  made_for = name;
  directory = testing::TempDir() + "fencepost-cli-" + std::to_string(getpid()) + "-" + name;
  // Parameterised tests have slashes in their names.
  std::replace(directory.begin() + static_cast<std::ptrdiff_t>(testing::TempDir().size()),
               directory.end(), '/', '_');
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  return directory;
}

std::string ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace fencepost::cli
