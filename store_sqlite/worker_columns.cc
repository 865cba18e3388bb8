#include "store_sqlite/worker_columns.h"

#include "absl/strings/str_cat.h"
#include "core/check.h"

namespace fencepost::sqlite {
namespace {

bool Never(const TransitionRule&) { return false; }
bool Always(const TransitionRule&) { return true; }
bool IfStateMoves(const TransitionRule& rule) { return !rule.to.Empty(); }
template <Effect effect>
bool If(const TransitionRule& rule) {
  return rule.effects.Has(effect);
}

// Operation ids are kept for people, too: "00000000000000a7-12".
void BindOperation(Query& query, const WorkerRow& row) {
  // The query borrows its texts, and a thread has one row in hand at a time.
  thread_local std::string text;
  text = row.last_operation.ToString();
  query.Bind(std::string_view(text));
}

WorkerState ReadState(std::string_view name) {
  const std::optional<WorkerState> state = ParseState(name);
  Check(state.has_value(), "the schema allows known states only");
  return *state;
}

OperationId ReadOperation(std::string_view text) {
  const std::optional<OperationId> id = OperationId::Parse(text);
  Check(id.has_value(), "operation ids are written by this store only");
  return *id;
}

std::string_view Bridge(std::string_view text) { return text; }

}  // namespace

#define FENCEPOST_BIND(field) [](Query& query, const WorkerRow& row) { query.Bind(row.field); }
#define FENCEPOST_READ(field, value) \
  [](const Query& query, int column, WorkerRow& row) { row.field = value; }
#define FENCEPOST_TEXT(Type) Type(std::string(query.Text(column)))

}  // namespace fencepost::sqlite
