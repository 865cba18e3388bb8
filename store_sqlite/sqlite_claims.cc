// SqliteStore: creates and claims. The write lock is around them, so caps are exact.

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "core/rules/claims.h"
#include "core/rules/store_arguments.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/rows.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

}  // namespace

bool SqliteStore::OrgHasRoom(const Org& org, const Caps& caps) {
  if (caps.per_org == kUnlimited) return true;
  sqlite::Query query =
      Ask("SELECT count(*) FROM worker WHERE org = ? AND state NOT IN ('retired', 'lost')");
  query.Bind(org);
  return Count(query) < caps.per_org;
}

std::optional<ClaimOutcome> SqliteStore::WhyNot(const CreateRequest& request) {
  const bool warm = request.org.empty();
  if (!IsActive(request.owner)) return ClaimOutcome::kOwnerNotActive;
  if (!warm && !OrgHasRoom(request.org, request.caps)) return ClaimOutcome::kOrgCap;
  if (request.caps.global != kUnlimited) {
    sqlite::Query active =
        Ask("SELECT count(*) FROM worker WHERE owner_cp > '' AND state NOT IN ('retired', 'lost')");
    if (Count(active) >= request.caps.global) return ClaimOutcome::kGlobalCap;
  }
  if (!warm) return std::nullopt;
  // A slot whose owner is gone does not count: it will never become a worker.
  sqlite::Query ready =
      Ask("SELECT count(*) FROM worker w JOIN control_plane c ON c.cp_id = w.owner_cp "
          "WHERE w.image = ? AND w.org = '' AND w.state IN ('spawning', 'idle') "
          "AND c.state <> 'expired'");
  ready.Bind(request.image);
  if (Count(ready) >= request.warm_target) return ClaimOutcome::kWarmTargetMet;
  return std::nullopt;
}

absl::StatusOr<ClaimReply> SqliteStore::CreateSlot(const CreateRequest& request) {
  if (absl::Status valid = CheckCreate(request); !valid.ok()) return valid;
  ClaimReply reply;
  const absl::Status changed = Change([&] {
    if (const std::optional<ClaimOutcome> why = WhyNot(request)) {
      reply = RefusedClaim(*why);
      return;
    }
    // AUTOINCREMENT keeps the highest id that was ever used.
    sqlite::Query last = Ask("SELECT seq FROM sqlite_sequence WHERE name = 'worker'");
    const WorkerRow row = NewWorker(request, WorkerId{Count(last) + 1}, Now());
    sqlite::Query insert = Ask(sqlite::InsertWorkerSql());
    sqlite::BindInsert(insert, row);
    insert.Step();
    TellLater([this, &request, row] {
      events_.Committed(OperationOf(request), request.id, nullptr, nullptr, row, {});
    });
    reply = Granted(row);
  });
  if (!changed.ok()) return changed;
  return reply;
}

std::optional<WorkerRow> SqliteStore::Lowest(Operation operation, const ClaimRequest& request,
                                             const Org& org) {
  static const std::string kIdle =
      absl::StrCat(std::string(sqlite::kSelectWorker),
                   "WHERE image = ? AND org = ? AND state = 'idle' ORDER BY worker_id LIMIT 1");
  static const std::string kParked =
      absl::StrCat(std::string(sqlite::kSelectWorker),
                   "WHERE org = ? AND state = 'hot_idle' ORDER BY worker_id LIMIT 1");
  static const std::string kParkedOfImage =
      absl::StrCat(std::string(sqlite::kSelectWorker),
                   "WHERE image = ? AND org = ? AND state = 'hot_idle' ORDER BY worker_id LIMIT 1");
  const bool idle = operation == Operation::kClaimIdle;
  const bool any_image = request.image.empty();
  sqlite::Query query = Ask(idle ? kIdle : any_image ? kParked : kParkedOfImage);
  if (!any_image) query.Bind(request.image);
  query.Bind(org);
  if (!query.Step()) return std::nullopt;
  return sqlite::ReadWorker(query);
}

absl::StatusOr<ClaimReply> SqliteStore::Claim(Operation operation, const ClaimRequest& request) {
  if (absl::Status valid = CheckClaim(operation, request); !valid.ok()) return valid;
  ClaimReply reply;
  const absl::Status changed = Change([&] {
    if (!IsActive(request.new_owner)) {
      reply = RefusedClaim(ClaimOutcome::kOwnerNotActive);
      return;
    }
    const bool takes_unbound = TakesUnbound(operation);
    const bool room = !takes_unbound || OrgHasRoom(request.org, request.caps);
    std::optional<WorkerRow> row = Lowest(operation, request, request.org);
    if (takes_unbound && room) {
      std::optional<WorkerRow> unbound = Lowest(operation, request, Org());
      const bool lower =
          unbound.has_value() && (!row.has_value() || unbound->worker_id < row->worker_id);
      if (lower) row = std::move(unbound);
    }
    if (!row.has_value()) {
      reply = NoRowFits(room);
      return;
    }
    if (connection_->failed()) return;
    Check(IsWanted(operation, request, *row), "the query finds what the rule wants");
    const WorkerRow before = *row;
    const absl::Time now = Now();
    const GuardFacts facts =
        events_.wanted() ? FactsOf(before, absl::ZeroDuration(), now) : GuardFacts{};
    ApplyClaim(operation, request, now, *row);
    Update(operation, *row);
    TellLater([this, operation, &request, before, after = *row, facts] {
      events_.Committed(operation, request.id, nullptr, &before, after, facts);
    });
    reply = Granted(*row);
  });
  if (!changed.ok()) return changed;
  return reply;
}

absl::StatusOr<ClaimReply> SqliteStore::ClaimIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimIdle, request);
}

absl::StatusOr<ClaimReply> SqliteStore::ClaimHotIdle(const ClaimRequest& request) {
  return Claim(Operation::kClaimHotIdle, request);
}

}  // namespace fencepost
