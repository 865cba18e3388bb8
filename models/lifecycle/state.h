// One state of the abstract protocol in 128 bits: up to three control planes, three workers and
// epochs up to three.
//
//   word 0   three workers (13 bits each), the janitor (10), three processes (4 each), one bit of
//            each process's memory
//   word 1   three memories (20 bits each): lease cells, main activity, background activity
//
// The fields of an absent object are zero, so that equivalent states are equal.
#pragma once

#include <cstdint>

#include "core/rules/state.h"
#include "models/checker/packed.h"

namespace fencepost::models {

inline constexpr int kMostControlPlanes = 3;
inline constexpr int kMostWorkers = 3;
inline constexpr int kHighestEpoch = 3;

using State = Packed<2>;

// A row code is a WorkerState plus one; zero if the row does not exist.
inline constexpr unsigned kNoRow = 0;
constexpr unsigned RowCode(WorkerState state) { return static_cast<unsigned>(state) + 1; }
// A set of row codes, one bit for each.
constexpr unsigned CodesOf(StateSet states) { return static_cast<unsigned>(states.bits()) << 1; }
constexpr bool Among(unsigned codes, unsigned row) { return ((codes >> row) & 1U) != 0; }

enum class Pod : unsigned { kNone, kExists, kDeleted };

// The store's record of a control plane. Gone: expired for longer than the orphan grace, or
// deregistered; it cannot be revived.
enum class Registration : unsigned { kLive, kExpired, kGone };
// Stopping: the process begins no choreography and continues those under way. Draining: the store
// has recorded the shutdown, and refreshing has stopped. Ended: by a shutdown or by a crash.
enum class Process : unsigned { kRunning, kStopping, kDraining, kEnded };

// The position of a control plane's main activity: a choreography on one worker, with its lease
// checked out of the cell. Each value names the next call.
enum class Main : unsigned {
  kNone,
  kSpawnSecret,
  kSpawnPod,
  kPublish,
  kBegin,
  kFinish,
  kOpenSession,
  kDrainedPod,
  kDrainedSecret,
  kRetire,
  kCleanPod,  // holds a fence
  kCleanSecret,
};
// The position of a control plane's background activity: a refresh, or a claim that has landed and
// whose reply has not arrived, so that the process does not know yet that it owns the worker.
enum class Background : unsigned { kNone, kRefresh, kStamp, kReply };
// The janitor acts on one worker at a time, under a snapshot that is current or stale.
enum class Janitor : unsigned {
  kNone,
  kOrphan,
  kStuck,
  kIdle,
  kStaleOrphan,
  kStaleStuck,
  kStaleIdle,
  kCleanPod,  // holds a fence
  kCleanSecret,
};

// A bit field that is repeated for each control plane or worker.
template <class Value, int Word, int First, int Width, int Stride>
struct Field {
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << Width) - 1;
  static Value Get(const State& state, int index = 0) {
    return static_cast<Value>((state.words[Word] >> (First + index * Stride)) & kMask);
  }
  static void Set(State& state, Value value, int index = 0) {
    const int shift = First + index * Stride;
    state.words[Word] =
        (state.words[Word] & ~(kMask << shift)) | (static_cast<std::uint64_t>(value) << shift);
  }
};

inline constexpr int kWorkerBits = 13;
inline constexpr int kProcessBits = 4;
inline constexpr int kMemoryBits = 20;

// ---- By worker ---------------------------------------------------------------------------------
using RowState = Field<unsigned, 0, 0, 4, kWorkerBits>;
using Owner = Field<int, 0, 4, 2, kWorkerBits>;
using OwnerEpoch = Field<unsigned, 0, 6, 2, kWorkerBits>;
using PodOf = Field<Pod, 0, 8, 2, kWorkerBits>;
using SecretExists = Field<bool, 0, 10, 1, kWorkerBits>;
using LiveSession = Field<bool, 0, 11, 1, kWorkerBits>;
// Ghost state, which no rule reads: a transition that grants a fence has landed on this worker.
using FenceLanded = Field<bool, 0, 12, 1, kWorkerBits>;

// ---- The janitor -------------------------------------------------------------------------------
inline constexpr int kJanitorAt = kMostWorkers * kWorkerBits;
using JanitorAt = Field<Janitor, 0, kJanitorAt, 4, 0>;
using JanitorWorker = Field<int, 0, kJanitorAt + 4, 2, 0>;
// The state that the snapshot shows; set only for the planted bug that compares it.
using JanitorSeen = Field<unsigned, 0, kJanitorAt + 6, 4, 0>;

// ---- By control plane --------------------------------------------------------------------------
inline constexpr int kProcessAt = kJanitorAt + 10;
using RegistrationOf = Field<Registration, 0, kProcessAt, 2, kProcessBits>;
using ProcessOf = Field<Process, 0, kProcessAt + 2, 2, kProcessBits>;

using MainAt = Field<Main, 1, 6, 4, kMemoryBits>;
using MainWorker = Field<int, 1, 10, 2, kMemoryBits>;
using MainLease = Field<unsigned, 1, 12, 2, kMemoryBits>;
using BackgroundAt = Field<Background, 1, 14, 2, kMemoryBits>;
using BackgroundWorker = Field<int, 1, 16, 2, kMemoryBits>;
using BackgroundLease = Field<unsigned, 1, 18, 2, kMemoryBits>;
// Whether the reply in flight reports a new worker rather than a claimed one.
using ReplyOfCreate = Field<bool, 0, kProcessAt + kMostControlPlanes * kProcessBits, 1, 1>;

// The epoch of the lease in a control plane's cell for a worker; zero if there is no lease, or if
// it is checked out.
struct Cell {
  static int Shift(int cp, int worker) { return cp * kMemoryBits + 2 * worker; }
  static unsigned Get(const State& state, int cp, int worker) {
    return static_cast<unsigned>(state.words[1] >> Shift(cp, worker)) & 3U;
  }
  static void Set(State& state, int cp, int worker, unsigned epoch) {
    const int shift = Shift(cp, worker);
    state.words[1] =
        (state.words[1] & ~(std::uint64_t{3} << shift)) | (std::uint64_t{epoch} << shift);
  }
};

inline void EndMain(State& state, int cp) {
  MainAt::Set(state, Main::kNone, cp);
  MainWorker::Set(state, 0, cp);
  MainLease::Set(state, 0, cp);
}
inline void BeginMain(State& state, int cp, Main at, int worker, unsigned lease) {
  MainAt::Set(state, at, cp);
  MainWorker::Set(state, worker, cp);
  MainLease::Set(state, lease, cp);
}
inline void EndBackground(State& state, int cp) {
  BackgroundAt::Set(state, Background::kNone, cp);
  BackgroundWorker::Set(state, 0, cp);
  BackgroundLease::Set(state, 0, cp);
  ReplyOfCreate::Set(state, false, cp);
}
inline void BeginBackground(State& state, int cp, Background at, int worker, unsigned lease) {
  BackgroundAt::Set(state, at, cp);
  BackgroundWorker::Set(state, worker, cp);
  BackgroundLease::Set(state, lease, cp);
}
inline void SetJanitor(State& state, Janitor at, int worker, unsigned seen = 0) {
  JanitorAt::Set(state, at);
  JanitorWorker::Set(state, worker);
  JanitorSeen::Set(state, seen);
}
// Clears everything that the process remembers.
inline void ForgetMemory(State& state, int cp) {
  state.words[1] &= ~(((std::uint64_t{1} << kMemoryBits) - 1) << (cp * kMemoryBits));
  ReplyOfCreate::Set(state, false, cp);
}

}  // namespace fencepost::models
