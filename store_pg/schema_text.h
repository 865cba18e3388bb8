// The text of the schema: tables, in one migration for each version, and functions, which every
// migration run replaces.
//
// A released migration is never changed: a later change is a new migration. Functions hold no data.
// Where they name states or targets of the lifecycle, their text is generated from
// core/rules/transition.h. A change of their text needs a new version nevertheless, which a test on
// SchemaFingerprint enforces.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace fencepost::pg {

struct Migration {
  int version;
  const char* summary;
  const char* sql;
};

// In ascending order of versions, from 1, without gaps.
std::span<const Migration> Migrations();
int LatestVersion();

// DROP and CREATE of every function of the schema.
std::string FunctionsSql();

// A hash over the text of all migrations and functions.
std::uint64_t SchemaFingerprint();

}  // namespace fencepost::pg
