// Tells which execution a dying process was running.
//
// A run of the code under test may end the whole process: a signal, a failed assertion. Its seed
// must not die with it. While a CrashNote lives, its thread has one, and the handler of the deadly
// signals prints it with async-signal-safe calls alone and exits with ExitCode::kCodeCrashed.
// Under a sanitizer the process goes on to the sanitizer's own report after the note.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace fencepost::cli {

// What to print: `sentence`, then the command, which is `before` and the seed (if `has_seed`) and
// `after`.
struct CrashText {
  std::string scenario;
  std::string before;
  std::string after;
  bool has_seed = true;
  bool json = false;  // also one JSON object on stdout
};

// Once, before the first note.
void InstallCrashHandler();

class CrashNote {
 public:
  // For this thread, until destroyed. The seed is `seed` until SetSeed.
  explicit CrashNote(CrashText text, std::uint64_t seed = 0);
  ~CrashNote();
  CrashNote(const CrashNote&) = delete;
  CrashNote& operator=(const CrashNote&) = delete;

  void SetSeed(std::uint64_t seed) { seed_.store(seed, std::memory_order_relaxed); }

  // Called by the handler.
  void Print(int signal) const;

 private:
  const CrashText text_;
  const std::string json_before_;
  const std::string json_after_;
  std::atomic<std::uint64_t> seed_;
  // A handler needs a stack of its own: the signal may say that the thread's has overflowed.
  std::unique_ptr<char[]> stack_;
};

}  // namespace fencepost::cli
