// The SQL of the schema's functions, by subject. Tokens like @ACTIVE@ stand for the core's names.
#pragma once

namespace fencepost::pg {

// One lock order for all of them: a control plane's key, the global key, an image's key, an org's
// key, a worker's row, a session's row. A key is an advisory lock held to the end of the statement:
//   - whoever changes a control plane's state holds its key alone; a claim, which needs an active
//     owner, and an orphan guard, which needs a dead one, share it. The guard takes it after the
//     worker's row: nobody waits for a worker's row while holding a control plane's key.
//   - whoever counts for a cap holds the key of what is counted, so no other count is stale. An
//     org's claim waits for that org alone.
//   - whoever makes a session live, or lengthens its life, holds the worker's row, as does a
//     transition that spares sessions.
// Everything is judged in a statement of its own after the locks: in READ COMMITTED it sees
// everything that was committed before they were granted, and the clock is read then, too.
extern const char* const kSharedFunctions;
extern const char* const kClaimFunctions;
extern const char* const kControlPlaneFunctions;
extern const char* const kSessionFunctions;

}  // namespace fencepost::pg
