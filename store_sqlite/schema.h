// The tables of a SQLite store, by version, and which version an existing file has.
//
// A version is what its step and all steps before it make; a published step is never changed. The
// file carries its version in fencepost_schema, and fencepost's mark in SQLite's application id,
// which tells it from other programs' databases.
#pragma once

#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/migration.h"

namespace fencepost::sqlite {

// "FPST"
inline constexpr std::int64_t kApplicationId = 0x46505354;

// Version n is made by the first n steps.
using SchemaSteps = std::span<const std::string_view>;
SchemaSteps AllSchemaSteps();

enum class Found { kNothing, kCurrent, kOlder };

// What the file holds. FailedPrecondition when it is another program's, or of a newer version than
// `steps` know. REQUIRES: the connection has not failed.
absl::StatusOr<Found> InspectSchema(Connection& connection, SchemaSteps steps);

// Brings an empty or older file to the latest version, in one transaction; does nothing to a
// current one. Several processes may do so at the same time.
absl::StatusOr<SqliteMigration> BringForward(Connection& connection, SchemaSteps steps);

}  // namespace fencepost::sqlite
