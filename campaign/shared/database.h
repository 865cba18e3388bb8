// A connection to the database that holds a shared campaign: SQL in transactions.
//
// The rules of a shared campaign are written once (shared_campaign.h), in SQL that both engines
// understand: parameters are $1, $2, … in the order of their first use, casts are CAST, ORDER BY
// names a column with its table (else PostgreSQL takes a result's cast of that name), and nothing
// is ever null. Where the engines differ, the rule takes the words from the Dialect. Used by one
// thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fencepost::campaign {

struct Dialect {
  std::string_view now;   // microseconds since 1970, by the clock that all workers share
  std::string_view lock;  // after a SELECT: waits for the rows, then holds them
  std::string_view lock_unless_held;  // the same, but skips the rows that another transaction holds
};

class Database {
 public:
  using Row = std::vector<std::string>;
  using Rows = std::vector<Row>;

  virtual ~Database() = default;

  // Errors say whether the change may have taken place (core/rules/effect.h). After one, RollBack.
  virtual absl::Status Begin() = 0;
  virtual absl::StatusOr<Rows> Run(const std::string& sql,
                                   const std::vector<std::string>& parameters = {}) = 0;
  // Several statements without parameters and results.
  virtual absl::Status RunScript(const std::string& sql) = 0;
  virtual absl::Status Commit() = 0;
  virtual void RollBack() = 0;

  // Within a transaction: makes the tables if nothing is there, and waits for another process that
  // makes them. Errors: what is there is not a shared campaign, is damaged, or has another version.
  virtual absl::Status PrepareSchema() = 0;

  virtual const Dialect& dialect() const = 0;
  // The name of the place for people, without any secret.
  virtual std::string place() const = 0;
};

}  // namespace fencepost::campaign
