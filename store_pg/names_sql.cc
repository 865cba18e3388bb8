#include "store_pg/names_sql.h"

#include "absl/strings/str_cat.h"

namespace fencepost::pg {
namespace {

std::string List(StateSet states) {
  std::string list;
  for (const WorkerState state : kAllWorkerStates) {
    if (!states.Has(state)) continue;
    if (!list.empty()) list += ", ";
    list += StateLiteral(state);
  }
  return list;
}

}  // namespace

std::string StateLiteral(WorkerState state) {
  return absl::StrCat("'", std::string(StateName(state)), "'");
}

std::string StateIsOneOf(const std::string& column, StateSet states) {
  if (states.Empty()) return "false";
  return absl::StrCat(column, " IN (", List(states), ")");
}

std::string StateIsActive(const std::string& column) {
  return absl::StrCat(column, " NOT IN (", List(kTerminalStates), ")");
}

}  // namespace fencepost::pg
