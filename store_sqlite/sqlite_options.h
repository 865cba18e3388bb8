// How to open a SQLite store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "core/events/event.h"

namespace fencepost {

// What survives when an acknowledged change meets a crash of the process (everything, always), or
// of the machine: kFull and kExtra, everything; kNormal, all but the last changes; kOff, perhaps
// not even the file.
enum class SqliteSynchronous : std::uint8_t { kOff, kNormal, kFull, kExtra };

struct SqliteOptions {
  // One file, with two helpers beside it ("-wal", "-shm"), on a local disk. ":memory:" is a store
  // that nobody else sees and that ends with this one.
  std::string path;
  bool create_if_missing = true;
  SqliteSynchronous synchronous = SqliteSynchronous::kFull;
  // How long a call waits for other processes that write; then it is not applied.
  absl::Duration busy_timeout = absl::Seconds(5);
  // Reads the whole file when it is opened, to find out then and not later that it is damaged.
  bool check_integrity = true;

  // ---- For deterministic runs, and for whoever judges what truly happened
  std::function<absl::Time()> clock;  // empty: this machine's clock
  // May be null. Is called while the store is locked: it must not call the store.
  EventObserver* observer = nullptr;
};

}  // namespace fencepost
