// The statements that only look.
//
// A listing reads no more rows than it returns, whatever the size of the tables: each follows an
// index that has its order, and stops at its limit. Where the wanted rows are those of *other*
// owners or images than some, the distinct owners or images are found by skipping through the index
// from one to the next, and each of the wanted ones is read up to the limit.
#pragma once

#include "store_pg/connection.h"

namespace fencepost::pg {

const Statement& ObserveStatement();          // $1 worker
const Statement& ObserveAllStatement();       // $1 workers
const Statement& FindClaimStatement();        // $1 boot, $2 sequence
const Statement& ListOwnedStatement();        // $1 owner
const Statement& ListOrphansStatement();      // $1 grace, $2 limit
const Statement& ListByStateAgeStatement();   // $1 state, $2 age, $3 limit
const Statement& ListParkedStatement();       // $1 org, $2 limit
const Statement& ListOtherImagesStatement();  // $1 images, $2 limit
const Statement& ListControlPlanesStatement();
const Statement& ForgetWorkersStatement();  // $1 age, $2 limit; the only one that changes rows

}  // namespace fencepost::pg
