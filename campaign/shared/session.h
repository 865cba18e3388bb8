// One conversation with the database that holds a corpus: SQL in transactions.
//
// The rules of a corpus are written once (corpus.h), in SQL that both engines understand:
// parameters are $1, $2, … in the order of their first use, casts are CAST, ORDER BY names a column
// with its table (else PostgreSQL takes a result's cast of that name), and nothing is ever null.
// Where the engines differ, the rule takes the words from the Dialect. Used by one thread at a
// time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fencepost::cli {

struct Dialect {
  std::string_view now;   // microseconds since 1970, by the clock that all workers share
  std::string_view lock;  // behind a SELECT: waits for the rows, then holds them
  std::string_view lock_unless_held;  // the same, but passes over the rows that another one holds
};

class CorpusSession {
 public:
  using Row = std::vector<std::string>;
  using Rows = std::vector<Row>;

  virtual ~CorpusSession() = default;

  // Errors say whether the change may have taken place (core/rules/effect.h). After one, RollBack.
  virtual absl::Status Begin() = 0;
  virtual absl::StatusOr<Rows> Run(const std::string& sql,
                                   const std::vector<std::string>& parameters = {}) = 0;
  // Several statements without parameters and results.
  virtual absl::Status RunScript(const std::string& sql) = 0;
  virtual absl::Status Commit() = 0;
  virtual void RollBack() = 0;

  // Within a transaction: makes the tables, if nothing is there; waits for another who does so.
  // Errors: what is there is not a corpus, is damaged, or is one of a newer program.
  virtual absl::Status PrepareSchema() = 0;

  virtual const Dialect& dialect() const = 0;
  // How to name the place to people; without any secret.
  virtual std::string place() const = 0;
};

}  // namespace fencepost::cli
