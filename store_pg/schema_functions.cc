#include "store_pg/schema_functions.h"

#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/rules/check.h"
#include "core/rules/transition.h"
#include "store_pg/names_sql.h"
#include "store_pg/schema_text.h"
#include "store_pg/values.h"

namespace fencepost::pg {
namespace {

// FNV-1a: the same in every process.
constexpr std::uint64_t kFnvOffset = 14695981039346656037ULL;
constexpr std::uint64_t kFnvPrime = 1099511628211ULL;

std::string OnlyState(StateSet states) {
  for (const WorkerState state : kAllWorkerStates) {
    if (states == StateSet(state)) return StateLiteral(state);
  }
  Check(false, "claims and creates lead from one state to one state");
  return {};
}

// The schema's objects that hold no data, dropped.
constexpr const char* kDropFunctions = R"sql(
DO $$
DECLARE
  old record;
BEGIN
  FOR old IN
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p
    WHERE p.pronamespace = 'fencepost'::regnamespace
  LOOP
    EXECUTE 'DROP FUNCTION ' || old.name || ' CASCADE';
  END LOOP;
  FOR old IN
    SELECT t.oid::regtype::text AS name FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typnamespace = 'fencepost'::regnamespace AND c.relkind = 'c'
  LOOP
    EXECUTE 'DROP TYPE ' || old.name;
  END LOOP;
END
$$;
)sql";

}  // namespace

std::string FunctionsSql() {
  const std::string text =
      absl::StrCat(kSharedFunctions, kClaimFunctions, kControlPlaneFunctions, kSessionFunctions);
  const std::string active = StateIsActive("");
  const std::string unlimited = absl::StrCat(std::numeric_limits<std::int64_t>::max());
  const TransitionRule& idle = RuleOf(Operation::kClaimIdle);
  const TransitionRule& hot_idle = RuleOf(Operation::kClaimHotIdle);
  Check(RuleOf(Operation::kCreateOrgSlot).to == RuleOf(Operation::kCreateWarmSlot).to,
        "both creates make the same state");
  return absl::StrCat(
      kDropFunctions,
      absl::StrReplaceAll(text, {{"@ACTIVE@", active},
                                 {"@LIVE@", "IN ('active', 'reconnecting')"},
                                 {"@UNLIMITED@", unlimited},
                                 {"@FOREVER@", IntervalText(absl::InfiniteDuration())},
                                 {"@HOT@", StateLiteral(WorkerState::kHot)},
                                 {"@CREATED@", OnlyState(RuleOf(Operation::kCreateOrgSlot).to)},
                                 {"@CLAIM_IDLE_FROM@", OnlyState(idle.from)},
                                 {"@CLAIM_IDLE_TO@", OnlyState(idle.to)},
                                 {"@CLAIM_HOT_IDLE_FROM@", OnlyState(hot_idle.from)},
                                 {"@CLAIM_HOT_IDLE_TO@", OnlyState(hot_idle.to)}}),
      "\nREVOKE ALL ON ALL FUNCTIONS IN SCHEMA fencepost FROM PUBLIC;\n");
}

std::uint64_t SchemaFingerprint() {
  std::uint64_t hash = kFnvOffset;
  const auto add = [&hash](const std::string& text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
    }
  };
  for (const Migration& migration : Migrations()) add(migration.sql);
  add(FunctionsSql());
  return hash;
}

}  // namespace fencepost::pg
