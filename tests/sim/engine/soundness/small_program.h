// SmallProgram: a small concurrent program as data, for tests that compare searches. It has a text
// form, so that a program on which two searches differ can be printed, kept and run again:
//
//   timer-race; quiet-end; p0: write 0, +read 1 ! add 0; later p1: lock 0; daemon p2: sleep 1
//
// Each task names its process. The root starts every task but those marked `later`, which the
// instructions `spawn` and `new-process` start. Before each instruction its task yields, unless the
// instruction is marked `+` (it belongs to the step of the one before); `~` yields with
// Memory::kUntouched. Behind `!` stands what the task does once it is cancelled.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::sim {

enum class Op : std::uint8_t {
  kRead,        // a variable, into the task's own value
  kWrite,       // a constant to a variable
  kAdd,         // the task's own value to a variable
  kMemory,      // the task's own value to its process's memory, which the engine declares
  kElement,     // adds one element to a set
  kScan,        // reads the whole set
  kFault,       // one decision
  kTwoFaults,   // two decisions of one point name
  kWorkload,    // one decision, not a fault
  kBits,        // random bits
  kLock,        // waits until the lock is free
  kTimedLock,   // the same, for two nanoseconds at most
  kUnlock,      // the lock, if this task holds it
  kWait,        // for a notification, two nanoseconds at most
  kWaitLong,    // for a notification, for ever
  kNotify,      // wakes those who wait for the signal
  kSleep,       // one or two nanoseconds
  kSpawn,       // starts a later task of the program, in that task's process
  kNewProcess,  // starts a process of the same name as its own, and a later task in it
  kJoinChild,   // the task that it started last
  kJoin,        // one of the tasks that the root started
  kJoinAll,     // all of those that come after it in the program
  kKill,        // a process, perhaps its own
  kPause,       // the same
  kResume,      // the same
  kLives,       // reads whether a process is killed or paused
  kNumber,      // reads the number of its own task
  kQuiet,       // a quiet part: yields, decides, draws bits, adds to a variable
  kTimerRace,   // whether timers race from here on
  kFailIf,      // fails if a variable is odd
  kThrowIf,     // throws if a variable is odd
};
inline constexpr std::array<std::string_view, 31> kOpNames = {
    "read",       "write",    "add",     "memory", "element",     "scan",       "fault",
    "two-faults", "workload", "bits",    "lock",   "timed-lock",  "unlock",     "wait",
    "wait-long",  "notify",   "sleep",   "spawn",  "new-process", "join-child", "join",
    "join-all",   "kill",     "pause",   "resume", "lives",       "number",     "quiet",
    "race",       "fail-if",  "throw-if"};
inline constexpr int kOps = static_cast<int>(kOpNames.size());

enum class Before : std::uint8_t { kYields, kYieldsUntouched, kSameStep };

struct Instruction {
  Op op;
  int argument = 0;  // which variable, lock, signal, process or task: taken modulo their number
  Before before = Before::kYields;
};

enum class Started : std::uint8_t { kByRoot, kByRootAsDaemon, kLater };

struct ProgramTask {
  int process = 0;
  Started started = Started::kByRoot;
  std::vector<Instruction> body;
  std::vector<Instruction> on_cancellation;
};

struct SmallProgram {
  bool timer_race = false;
  bool quiet_end = false;  // the root joins the tasks in a quiet part
  std::vector<ProgramTask> tasks;

  int processes() const;
  std::size_t instructions() const;
};

std::string TextOf(const SmallProgram& program);
// Aborts with a message if the text is not a program.
SmallProgram ProgramOf(std::string_view text);

}  // namespace fencepost::sim
