// Tells which execution a dying process was running.
//
// The code under test may end the whole process, by a signal or a failed assertion. The seed of its
// execution must not be lost then. While a CrashNote lives, it is the note of its thread: the
// handler of the deadly signals prints the note with async-signal-safe calls alone and ends the
// process. Under a sanitizer the process goes on to the sanitizer's own report after the note.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace fencepost::campaign {

// What to print: the scenario, then the command that repeats the crash, which is `before`, the seed
// (if `has_seed`) and `after`.
struct CrashText {
  std::string scenario;
  std::string before;
  std::string after;
  bool has_seed = true;
  bool json = false;  // also one JSON object on stdout
};

// `exit_code`: that of a process which the code under test has ended.
// REQUIRES: called once, before the first note.
void InstallCrashHandler(int exit_code);

class CrashNote {
 public:
  // The note of this thread until it is destroyed. The seed is `seed` until SetSeed.
  explicit CrashNote(CrashText text, std::uint64_t seed = 0);
  ~CrashNote();
  CrashNote(const CrashNote&) = delete;
  CrashNote& operator=(const CrashNote&) = delete;

  void SetSeed(std::uint64_t seed) { seed_.store(seed, std::memory_order_relaxed); }

  // REQUIRES: called by the handler.
  void Print(int signal) const;

 private:
  const CrashText text_;
  const std::string json_before_;
  const std::string json_after_;
  std::atomic<std::uint64_t> seed_;
  // The handler runs on a stack of its own: the signal may mean that the thread's has overflowed.
  std::unique_ptr<char[]> stack_;
};

}  // namespace fencepost::campaign
