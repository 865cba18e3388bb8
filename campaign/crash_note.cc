#include "campaign/crash_note.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/exit_code.h"

namespace fencepost::cli {
namespace {

constexpr std::size_t kStackBytes = 64 * 1024;
constexpr std::array<int, 5> kDeadlySignals = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

thread_local const CrashNote* current_note = nullptr;
std::atomic<bool> crashed = false;
std::array<struct sigaction, 65> previous_actions;

void Write(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string_view SignalName(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    default:
      return "a signal";
  }
}

struct Digits {
  explicit Digits(std::uint64_t number) {
    do {
      text[--start] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
  }
  std::string_view view() const { return {text.data() + start, text.size() - start}; }
  std::array<char, 20> text;
  std::size_t start = text.size();
};

void OnDeadlySignal(int signal) {
  // Threads that crash together: the first one's note is enough.
  if (crashed.exchange(true)) {
    while (true) pause();
  }
  if (current_note != nullptr) {
    current_note->Print(signal);
  } else {
    Write(STDERR_FILENO, "fencepost: crashed with ");
    Write(STDERR_FILENO, SignalName(signal));
    Write(STDERR_FILENO, " outside of any execution\n");
  }
  if (!kSanitized || signal == SIGABRT) _exit(static_cast<int>(ExitCode::kCodeCrashed));
  // The faulting instruction runs once more, into the sanitizer's handler.
  sigaction(signal, &previous_actions[static_cast<std::size_t>(signal)], nullptr);
}

std::string JsonBefore(const CrashText& text) {
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  const auto quoted = [](const std::string& part) {
    return nlohmann::ordered_json(part).dump(-1, ' ', false, replace);
  };
  const std::string scenario = quoted(text.scenario);
  const std::string before = quoted(text.before);
  return R"({"outcome":"failed","exit_code":4,"failure":{"scenario":)" + scenario + R"(,"end":")" +
         std::string(RunEndName(RunEnd::kCodeCrashed)) + R"(","command":)" +
         before.substr(0, before.size() - 1);
}

std::string JsonAfter(const CrashText& text) {
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return nlohmann::ordered_json(text.after).dump(-1, ' ', false, replace).substr(1) + "}}\n";
}

}  // namespace

void InstallCrashHandler() {
  struct sigaction action = {};
  action.sa_handler = OnDeadlySignal;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (const int signal : kDeadlySignals) {
    sigaction(signal, &action, &previous_actions[static_cast<std::size_t>(signal)]);
  }
}

CrashNote::CrashNote(CrashText text, std::uint64_t seed)
    : text_(std::move(text)),
      json_before_(JsonBefore(text_)),
      json_after_(JsonAfter(text_)),
      seed_(seed),
      stack_(new char[kStackBytes]) {
  stack_t stack = {};
  stack.ss_sp = stack_.get();
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, nullptr);
  current_note = this;
}

CrashNote::~CrashNote() {
  current_note = nullptr;
  stack_t stack = {};
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
}

void CrashNote::Print(int signal) const {
  const Digits digits(seed_.load(std::memory_order_relaxed));
  const std::string_view seed = text_.has_seed ? digits.view() : std::string_view();
  for (const std::string_view part :
       {std::string_view("fencepost: the code crashed with "), SignalName(signal),
        std::string_view(" in scenario "), std::string_view(text_.scenario)}) {
    Write(STDERR_FILENO, part);
  }
  if (text_.has_seed) {
    Write(STDERR_FILENO, ", seed ");
    Write(STDERR_FILENO, seed);
  }
  for (const std::string_view part :
       {std::string_view("\nit happens again with:\n  "), std::string_view(text_.before), seed,
        std::string_view(text_.after), std::string_view("\n")}) {
    Write(STDERR_FILENO, part);
  }
  if (!text_.json) return;
  for (const std::string_view part :
       {std::string_view(json_before_), seed, std::string_view(json_after_)}) {
    Write(STDOUT_FILENO, part);
  }
}

}  // namespace fencepost::cli
