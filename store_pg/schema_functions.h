// The SQL of the schema's functions, by subject. Tokens like @ACTIVE@ stand for the core's names.
#pragma once

namespace fencepost::pg {

// One lock order for all of them: a control plane's key, the global key, an image's key, an org's
// key, a worker's row, a session's row. A key is an advisory lock held to the end of the statement:
//   - A change of a control plane's state holds that control plane's key exclusively. A claim,
//   which
//     needs an active owner, and an orphan guard, which needs a dead one, share the key. The guard
//     takes it after the worker's row: no statement waits for a worker's row while it holds a
//     control plane's key.
//   - A count for a cap holds the key of what it counts, so that no other count is stale. A claim
//   for
//     an org waits for that org only.
//   - A statement that makes a session live, or extends it, holds the worker's row, as does a
//     transition that spares sessions.
// After the locks, a statement of its own judges the rows: in READ COMMITTED it sees everything
// that was committed before the locks were granted, and it reads the clock then, too.
extern const char* const kSharedFunctions;
extern const char* const kClaimFunctions;
extern const char* const kControlPlaneFunctions;
extern const char* const kSessionFunctions;

}  // namespace fencepost::pg
