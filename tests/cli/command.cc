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
#include <string_view>

namespace fencepost {
namespace {

// The directory of the test that runs. It is removed at the test's end, unless a failure names it:
// it is that failure's evidence then.
class Scratch : public testing::EmptyTestEventListener {
 public:
  // In the hands of GoogleTest.
  static Scratch& OfThisTest() {
    static Scratch* const scratch = [] {
      auto* const made = new Scratch;
      testing::UnitTest::GetInstance()->listeners().Append(made);
      return made;
    }();
    return *scratch;
  }

  const std::string& directory() {
    if (directory_.empty()) Make();
    return directory_;
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    if (directory_.empty()) return;
    if (!IsNamed(*test.result())) std::filesystem::remove_all(directory_);
    directory_.clear();
  }

 private:
  void Make() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "." + test->name();
    std::replace(name.begin(), name.end(), '/', '_');  // of parameterised tests
    directory_ = testing::TempDir() + "fencepost-cli-" + std::to_string(getpid()) + "-" + name;
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }

  bool IsNamed(const testing::TestResult& result) const {
    for (int i = 0; i < result.total_part_count(); ++i) {
      const testing::TestPartResult& part = result.GetTestPartResult(i);
      const std::string_view message = part.message();
      if (part.failed() && message.find(directory_) != std::string_view::npos) return true;
    }
    return false;
  }

  std::string directory_;  // empty: the test has none yet
};

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

std::string ScratchDirectory() { return Scratch::OfThisTest().directory(); }

std::string ReadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace fencepost
