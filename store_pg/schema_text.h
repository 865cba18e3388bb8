// The text of the schema: tables, one migration a version, and functions, written anew each time.
//
// A migration, once released, is never changed: what comes later is a new one. Functions hold no
// data, so each migration run replaces them all; where they speak of the lifecycle they are
// generated from core/rules/transition.h. A change of their text needs a new version all the same,
// which a test on SchemaFingerprint enforces.
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

// Of all the text above.
std::uint64_t SchemaFingerprint();

}  // namespace fencepost::pg
