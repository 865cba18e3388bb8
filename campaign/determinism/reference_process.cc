#include "campaign/determinism/reference_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "campaign/strategies.h"

namespace fencepost::campaign {
namespace {

// Variables that a program might read although it must not, each with a value that it is unlikely
// to have here. glibc fills memory that is allocated or freed as MALLOC_PERTURB_ says.
constexpr std::array<std::string_view, 7> kOtherEnvironment = {
    "HOME=/nonexistent",  "LANG=tr_TR.UTF-8", "LC_ALL=C", "MALLOC_PERTURB_=85",
    "TZ=Pacific/Chatham", "USER=nobody",      "PWD=/"};

std::vector<std::string> EnvironmentOf(ReferenceProcess::Surroundings surroundings) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  if (surroundings == ReferenceProcess::Surroundings::kOwn) return variables;
  for (const std::string_view other : kOtherEnvironment) {
    const std::string_view name = other.substr(0, other.find('=') + 1);
    std::erase_if(variables, [name](const std::string& one) { return one.starts_with(name); });
    variables.emplace_back(other);
  }
  variables.push_back(absl::StrCat("FENCEPOST_MOVES_THE_STACK=", std::string(4000, 'x')));
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> ArgumentsOf(const Subject& subject, std::string_view strategy) {
  std::vector<std::string> arguments = {"fencepost", std::string(kReferenceProcessCommand),
                                        std::string(subject.scenario->name), "--strategy",
                                        std::string(strategy)};
  for (const auto& [name, value] : subject.options.parameters) {
    arguments.push_back("--" + name);
    arguments.push_back(std::to_string(value));
  }
  if (subject.options.conform) arguments.emplace_back("--conform");
  return arguments;
}

absl::Status CannotStart(int error) {
  return absl::UnavailableError(
      fmt::format("no second process could be started: {}", std::strerror(error)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReferenceProcess>> ReferenceProcess::Start(
    const Subject& subject, std::string_view strategy, Surroundings surroundings) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return CannotStart(errno);
  std::vector<std::string> arguments = ArgumentsOf(subject, strategy);
  std::vector<std::string> environment = EnvironmentOf(surroundings);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  // A crash of this process is reported by the process that compares.
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (surroundings == Surroundings::kOther) {
    posix_spawn_file_actions_addchdir_np(&actions, "/");
  }
  pid_t process = 0;
  const int error = posix_spawn(&process, "/proc/self/exe", &actions, nullptr,
                                Pointers(arguments).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return CannotStart(error);
  }
  return std::unique_ptr<ReferenceProcess>(new ReferenceProcess(process, ends[0]));
}

ReferenceProcess::~ReferenceProcess() {
  close(connection_);
  kill(process_, SIGKILL);  // it may be in the middle of a lot that nobody reads
  waitpid(process_, nullptr, 0);
}

void ReferenceProcess::Send(const std::string& request) {
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t sent = send(connection_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;  // the process has ended, as reading will show
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::optional<std::string> ReferenceProcess::ReadLine() {
  std::size_t end = received_.find('\n');
  while (end == std::string::npos) {
    std::array<char, 4096> buffer;
    const ssize_t count = recv(connection_, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    const std::size_t from = received_.size();
    received_.append(buffer.data(), static_cast<std::size_t>(count));
    end = received_.find('\n', from);
  }
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

void ReferenceProcess::Ask(const SeedRange& seeds) {
  asked_ = seeds.last - seeds.first + 1;
  Send(fmt::format("hashes {} {}\n", seeds.first, seeds.last));
}

std::vector<std::uint64_t> ReferenceProcess::Hashes() {
  std::vector<std::uint64_t> hashes;
  for (; asked_ > 0; --asked_) {
    const auto line = ReadLine();
    std::uint64_t hash = 0;
    if (!line ||
        std::from_chars(line->data(), line->data() + line->size(), hash, 16).ec != std::errc()) {
      break;
    }
    hashes.push_back(hash);
  }
  std::reverse(hashes.begin(), hashes.end());
  return hashes;
}

absl::StatusOr<RunTrace> ReferenceProcess::Trace(std::uint64_t seed) {
  Send(fmt::format("trace {}\n", seed));
  const auto line = ReadLine();
  if (!line) return absl::UnavailableError("the second process died while it ran the seed");
  return RunTraceFromLine(*line);
}

}  // namespace fencepost::campaign
