#include "campaign/bisect/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/status/status.h"

namespace fencepost::campaign {
namespace {

constexpr int kCannotStart = 127;

struct Pipe {
  int read = -1;
  int write = -1;
};

absl::Status Failed(const std::string& what) {
  return absl::UnavailableError(what + ": " + std::strerror(errno));
}

absl::Status Open(Pipe& ends) {
  int descriptors[2];
  if (pipe2(descriptors, O_CLOEXEC) != 0) return Failed("pipe");
  ends = {descriptors[0], descriptors[1]};
  return absl::OkStatus();
}

// Signals from the keyboard reach the whole process group: this process and the program.
class KeyboardSignalsIgnored {
 public:
  KeyboardSignalsIgnored() : interrupt_(signal(SIGINT, SIG_IGN)), quit_(signal(SIGQUIT, SIG_IGN)) {}
  ~KeyboardSignalsIgnored() { Restore(); }
  KeyboardSignalsIgnored(const KeyboardSignalsIgnored&) = delete;
  KeyboardSignalsIgnored& operator=(const KeyboardSignalsIgnored&) = delete;

  void Restore() const {
    signal(SIGINT, interrupt_);
    signal(SIGQUIT, quit_);
  }

 private:
  using Handler = void (*)(int);
  const Handler interrupt_;
  const Handler quit_;
};

[[noreturn]] void BecomeProgram(std::vector<char*>& argv, const ProcessSetting& setting, int out,
                                int err) {
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : setting.environment) setenv(name.c_str(), value.c_str(), 1);
  // A hook's variables would send git to another repository.
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}) unsetenv(name);
  if (setting.directory.empty() || chdir(setting.directory.c_str()) == 0) {
    execvp(argv[0], argv.data());
  }
  _exit(kCannotStart);
}

// Reads both at once: a program that fills one pipe must not block while the other is read.
void Read(const Pipe& out, const Pipe& err, ProcessResult& result) {
  std::array<pollfd, 2> open = {{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (poll(open.data(), open.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      char block[16384];
      const ssize_t count = read(open[i].fd, block, sizeof block);
      if (count > 0) texts[i]->append(block, static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) open[i].fd = -1;
    }
  }
}

}  // namespace

absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& arguments,
                                         const ProcessSetting& setting) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Pipe out;
  Pipe err;
  if (absl::Status status = Open(out); !status.ok()) return status;
  if (absl::Status status = Open(err); !status.ok()) return status;
  const KeyboardSignalsIgnored ignored;
  const pid_t child = fork();
  if (child < 0) return Failed("fork");
  if (child == 0) {
    ignored.Restore();
    BecomeProgram(argv, setting, out.write, err.write);
  }
  close(out.write);
  close(err.write);
  ProcessResult result;
  Read(out, err, result);
  close(out.read);
  close(err.read);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  // A shell reports the signal that ended its program by its own exit code.
  if (result.exit_code == 128 + SIGINT || result.exit_code == 128 + SIGQUIT) {
    return absl::CancelledError("interrupted");
  }
  return result;
}

}  // namespace fencepost::campaign
