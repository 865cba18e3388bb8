#include "store_pg/failure.h"

#include <pqxx/except>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"

namespace fencepost::pg {
namespace {

std::string OneLine(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

// An error that the server reported by its SQLSTATE, on a connection that is still open.
absl::Status Refusal(std::string_view sqlstate, const std::string& why) {
  const std::string_view kind = sqlstate.substr(0, 2);
  if (kind == "22") return absl::InvalidArgumentError(why);
  if (sqlstate == "23505") return absl::AlreadyExistsError(why);
  if (kind == "23") return absl::FailedPreconditionError(why);
  if (sqlstate == "42501") return absl::PermissionDeniedError(why);
  if (kind == "3F" || kind == "42") {
    return absl::FailedPreconditionError(
        absl::StrCat(why, " (has the schema been changed underneath this process?)"));
  }
  return NotApplied(why);
}

bool EndsTheConnection(std::string_view sqlstate) {
  return sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "40003";
}

}  // namespace

Failure FailureOf(const std::exception& thrown, bool connection_open) {
  Failure failure;
  const std::string why = OneLine(thrown.what());
  const auto* const sql = dynamic_cast<const pqxx::sql_error*>(&thrown);
  const bool undone = dynamic_cast<const pqxx::serialization_failure*>(&thrown) != nullptr ||
                      dynamic_cast<const pqxx::deadlock_detected*>(&thrown) != nullptr;
  if (connection_open && undone) {
    failure.retry = true;
    failure.status = NotApplied(why);
    return failure;
  }
  if (connection_open && sql != nullptr) {
    // libpqxx does not set the SQLSTATE of this exception.
    const bool forbidden = dynamic_cast<const pqxx::insufficient_privilege*>(&thrown) != nullptr;
    const std::string state = forbidden ? "42501" : sql->sqlstate();
    if (!state.empty() && !EndsTheConnection(state)) {
      failure.status = Refusal(state, why);
      return failure;
    }
  }
  failure.broken = true;
  failure.status = InDoubt(absl::StrCat("the connection was lost during a statement: ", why));
  return failure;
}

}  // namespace fencepost::pg
