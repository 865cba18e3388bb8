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
  // One file on a local disk; SQLite keeps two more next to it ("-wal", "-shm"). ":memory:" is a
  // store that only this object sees and that ends with it.
  std::string path;
  bool create_if_missing = true;
  SqliteSynchronous synchronous = SqliteSynchronous::kFull;
  // How long a call waits for other processes that write, before it is refused as not applied.
  absl::Duration busy_timeout = absl::Seconds(5);
  // Reads the whole file when it is opened, to find out then and not later that it is damaged.
  bool check_integrity = true;

  // ---- For deterministic runs, and for observers that judge what truly happened
  std::function<absl::Time()> clock;  // empty: this machine's clock
  // May be null. The store calls it while it is locked, so the observer must not call the store.
  EventObserver* observer = nullptr;
};

}  // namespace fencepost
