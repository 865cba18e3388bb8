#include "campaign/crash_note.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "scenarios/run/runner.h"

namespace fencepost::campaign {
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
std::atomic<int> crash_exit_code = 1;
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
  // Of several threads that crash together the first one prints its note.
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
  if (!kSanitized || signal == SIGABRT) _exit(crash_exit_code);
  // The faulting instruction runs once more, into the sanitizer's handler.
  sigaction(signal, &previous_actions[static_cast<std::size_t>(signal)], nullptr);
}

// As a JSON string, without the quotation marks. Names of scenarios and commands are ASCII but for
// paths, whose bytes are kept as they are.
std::string JsonEscaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += {'\\', c};
    } else if (byte < 0x20) {
      escaped += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string JsonBefore(const CrashText& text) {
  return R"({"outcome":"failed","exit_code":)" + std::to_string(crash_exit_code) +
         R"(,"failure":{"scenario":")" + JsonEscaped(text.scenario) + R"(","end":")" +
         std::string(RunEndName(RunEnd::kCodeCrashed)) + R"(","command":")" +
         JsonEscaped(text.before);
}

std::string JsonAfter(const CrashText& text) { return JsonEscaped(text.after) + "\"}}\n"; }

}  // namespace

void InstallCrashHandler(int exit_code) {
  crash_exit_code = exit_code;
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

}  // namespace fencepost::campaign
