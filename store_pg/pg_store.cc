#include "store_pg/pg_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "store_pg/rows.h"
#include "store_pg/runner.h"
#include "store_pg/schema.h"
#include "store_pg/transition_texts.h"

namespace fencepost {
namespace {

constexpr int kWorkerAt = 1;  // the first column of a transition's result is `landed`
constexpr int kFactsAt = kWorkerAt + pg::kWorkerColumnCount;
constexpr int kBeforeAt = kFactsAt + 2;
constexpr int kLapsedAt = kBeforeAt + pg::kWorkerColumnCount;

// Each repetition of the fast form means that another session has just changed the row.
constexpr int kTriesOnAMovingRow = 100;

absl::Status Validate(const PgOptions& options) {
  if (options.pool_size < 1) {
    return absl::InvalidArgumentError("the pool needs at least one connection");
  }
  if (options.statement_timeout < absl::ZeroDuration() ||
      options.lock_timeout < absl::ZeroDuration() || options.pool_wait < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("a timeout must not be negative");
  }
  if (options.retries < 0) return absl::InvalidArgumentError("retries must not be negative");
  return absl::OkStatus();
}

// A dead peer is noticed in half a minute even where nothing is sent; libpq's own default is hours.
void SetDefaults(pg::ConnectionString& where, const PgOptions& options) {
  const std::int64_t seconds =
      std::max<std::int64_t>(2, absl::ToInt64Seconds(options.connect_timeout));
  where.SetDefault("connect_timeout", absl::StrCat(seconds));
  where.SetDefault("client_encoding", "UTF8");
  where.SetDefault("application_name", "fencepost");
  where.SetDefault("keepalives_idle", "10");
  where.SetDefault("keepalives_interval", "5");
  where.SetDefault("keepalives_count", "3");
  where.SetDefault("tcp_user_timeout", "30000");
}

}  // namespace

absl::StatusOr<std::unique_ptr<PgStore>> PgStore::Connect(PgOptions options) {
  if (absl::Status valid = Validate(options); !valid.ok()) return valid;
  absl::StatusOr<pg::ConnectionString> where = pg::ConnectionString::Parse(options.connection);
  if (!where.ok()) return where.status();
  SetDefaults(*where, options);
  auto runner = std::make_unique<pg::Runner>(*std::move(where), std::move(options));
  absl::StatusOr<pg::Pool::Borrowed> first = runner->pool().Borrow();
  if (!first.ok()) return first.status();
  if (absl::Status schema = pg::CheckSchema(**first); !schema.ok()) return schema;
  return std::unique_ptr<PgStore>(new PgStore(std::move(runner)));
}

PgStore::PgStore(std::unique_ptr<pg::Runner> runner)
    : runner_(std::move(runner)), texts_(std::make_unique<pg::TransitionTexts>()) {}

PgStore::~PgStore() = default;

pg::PoolFigures PgStore::pool_figures() const { return runner_->pool().figures(); }

absl::StatusOr<TransitionReply> PgStore::Transition(const TransitionRequest& request) {
  const StoreEvents& events = runner_->events();
  const pg::TransitionShape shape = pg::ShapeOf(request, events.wanted());
  const pg::TransitionStatement& text = texts_->Of(shape);
  const pg::Parameters parameters = pg::BindTransition(text, request);
  const auto turn = runner_->Turn();
  for (int attempt = 0; attempt < kTriesOnAMovingRow; ++attempt) {
    const absl::StatusOr<pqxx::result> result = runner_->Change(text.statement, parameters);
    if (!result.ok()) return result.status();
    TransitionReply reply;
    if (result->empty()) {
      reply.outcome = TransitionOutcome::kRowMissing;
      events.Refused(request, reply.outcome, nullptr, {});
      return reply;
    }
    const pqxx::row& fields = (*result)[0];
    const bool landed = pg::ReadBool(fields[0]);
    const WorkerRow row = pg::ReadWorker(fields, kWorkerAt);
    const GuardFacts facts{.owner_gone = pg::ReadBool(fields[kFactsAt]),
                           .live_session = pg::ReadBool(fields[kFactsAt + 1])};
    reply.outcome = landed ? TransitionOutcome::kTransitioned : Judge(request, &row, facts);
    const bool transitioned = reply.outcome == TransitionOutcome::kTransitioned;
    if (transitioned && !landed && !AlreadyApplied(request, row)) continue;
    if (landed && events.wanted()) {
      const WorkerRow before = pg::ReadWorker(fields, kBeforeAt);
      events.Committed(request.operation, request.id, &request, &before, row, facts);
      for (const pqxx::row& changed : *result) {
        if (!shape.no_live_session || changed[kLapsedAt].is_null()) break;
        const pg::SessionChange lapsed = pg::ReadSessionChange(changed, kLapsedAt);
        events.Changed(*lapsed.reply.session, lapsed.before);
      }
    }
    if (!transitioned) events.Refused(request, reply.outcome, &row, facts);
    reply.row = MintSnapshot(row);
    if (transitioned && RuleOf(request.operation).grants_lease) reply.lease = MintLease(row);
    return reply;
  }
  return NotApplied("the worker's row changes faster than it can be looked at");
}

}  // namespace fencepost
