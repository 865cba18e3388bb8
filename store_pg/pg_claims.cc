// PgStore: creates and claims.

#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "core/rules/claims.h"
#include "core/rules/store_arguments.h"
#include "store_pg/pg_store.h"
#include "store_pg/rows.h"
#include "store_pg/runner.h"

namespace fencepost {
namespace {

constexpr int kTakenAt = 1;  // after the outcome
constexpr int kBeforeAt = kTakenAt + pg::kWorkerColumnCount;
constexpr int kFactsAt = kBeforeAt + pg::kWorkerColumnCount;

ClaimOutcome ParseClaimOutcome(std::string_view text) {
  for (const ClaimOutcome outcome :
       {ClaimOutcome::kClaimed, ClaimOutcome::kNoneAvailable, ClaimOutcome::kOrgCap,
        ClaimOutcome::kGlobalCap, ClaimOutcome::kWarmTargetMet, ClaimOutcome::kOwnerNotActive}) {
    if (ClaimOutcomeName(outcome) == text) return outcome;
  }
  Check(false, "the functions give known outcomes");
  return {};
}

const pg::Statement& CreateStatement() {
  static const pg::Statement kStatement{
      "create_slot", absl::StrCat("SELECT r.outcome, ", pg::WorkerColumns("(r.made)."),
                                  " FROM fencepost.create_slot($1, $2, $3, $4, $5, $6, $7, $8) r")};
  return kStatement;
}

// With an observer: also what was true of the claimed row's owner and sessions.
pg::Statement ClaimStatement(const char* function, const char* parameters, bool observed) {
  const char* facts =
      observed ? "fencepost.owner_is_gone((r.before).owner_cp, interval '0', fencepost.now()), "
                 "fencepost.has_live_session((r.before).worker_id, fencepost.now())"
               : "false, false";
  return {absl::StrCat(function, observed ? "_observed" : ""),
          absl::StrCat("SELECT r.outcome, ", pg::WorkerColumns("(r.taken)."), ", ",
                       pg::WorkerColumns("(r.before)."), ", ", facts, " FROM fencepost.", function,
                       parameters, " r")};
}

}  // namespace

absl::StatusOr<ClaimReply> PgStore::CreateSlot(const CreateRequest& request) {
  if (absl::Status valid = CheckCreate(request); !valid.ok()) return valid;
  pg::Parameters parameters;
  parameters.Add(request.owner).Add(request.image).Add(request.org).Add(request.id);
  parameters.Add(request.caps.per_org).Add(request.caps.global).Add(request.warm_target);
  const auto turn = runner_->Turn();
  const absl::StatusOr<pqxx::result> result = runner_->Change(CreateStatement(), parameters);
  if (!result.ok()) return result.status();
  const pqxx::row& fields = (*result)[0];
  const ClaimOutcome outcome = ParseClaimOutcome(pg::ReadText(fields[0]));
  if (outcome != ClaimOutcome::kClaimed) return RefusedClaim(outcome);
  const WorkerRow row = pg::ReadWorker(fields, kTakenAt);
  runner_->events().Committed(OperationOf(request), request.id, nullptr, nullptr, row, {});
  return Granted(row);
}

absl::StatusOr<ClaimReply> PgStore::Claim(Operation operation, const ClaimRequest& request) {
  if (absl::Status valid = CheckClaim(operation, request); !valid.ok()) return valid;
  const bool idle = operation == Operation::kClaimIdle;
  const StoreEvents& events = runner_->events();
  pg::Parameters parameters;
  parameters.Add(request.new_owner).Add(request.org).Add(request.image).Add(request.id);
  if (idle) parameters.Add(request.caps.per_org);
  const pg::Statement statement =
      idle ? ClaimStatement("claim_idle", "($1, $2, $3, $4, $5, $6)", events.wanted())
           : ClaimStatement("claim_hot_idle", "($1, $2, $3, $4, $5)", events.wanted());
  const auto turn = runner_->Turn();
  const absl::StatusOr<pqxx::result> result = runner_->Change(statement, parameters);
  if (!result.ok()) return result.status();
  const pqxx::row& fields = (*result)[0];
  const ClaimOutcome outcome = ParseClaimOutcome(pg::ReadText(fields[0]));
  if (outcome != ClaimOutcome::kClaimed) return RefusedClaim(outcome);
  const WorkerRow row = pg::ReadWorker(fields, kTakenAt);
  if (events.wanted()) {
    const WorkerRow before = pg::ReadWorker(fields, kBeforeAt);
    const GuardFacts facts{.owner_gone = pg::ReadBool(fields[kFactsAt]),
                           .live_session = pg::ReadBool(fields[kFactsAt + 1])};
    events.Committed(operation, request.id, nullptr, &before, row, facts);
  }
  return Granted(row);
}

absl::StatusOr<ClaimReply> PgStore::ClaimIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimIdle, request);
}

absl::StatusOr<ClaimReply> PgStore::ClaimHotIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimHotIdle, request);
}

}  // namespace fencepost
