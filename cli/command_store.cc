// fencepost store: makes and brings forward a durable store, and looks whether it can be used.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/json.h"
#include "store_pg/pg_store.h"
#include "store_pg/schema.h"
#include "store_sqlite/sqlite_store.h"

namespace fencepost::cli {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

absl::Status Unknown(const std::string& store) {
  return BadUsage(fmt::format(
      "--store takes sqlite:PATH or a PostgreSQL URI (postgres://HOST/DATABASE), not \"{}\"",
      store));
}

bool IsSqlite(std::string_view store) { return store.starts_with(kSqlite); }
bool IsPostgres(std::string_view store) {
  return store.starts_with("postgres://") || store.starts_with("postgresql://");
}

SqliteOptions SqliteAt(const std::string& store) {
  SqliteOptions options;
  options.path = store.substr(kSqlite.size());
  return options;
}

PgOptions PostgresAt(const std::string& store) {
  PgOptions options;
  options.connection = store;
  return options;
}

struct Versions {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

absl::StatusOr<Versions> MigrateAny(const std::string& store) {
  if (IsSqlite(store)) {
    const auto migrated = MigrateSqlite(SqliteAt(store));
    if (!migrated.ok()) return migrated.status();
    return Versions{migrated->from, migrated->to};
  }
  if (!IsPostgres(store)) return Unknown(store);
  const auto migrated = fencepost::Migrate(PostgresAt(store));
  if (!migrated.ok()) return migrated.status();
  return Versions{migrated->from, migrated->to};
}

// Opens it as a service would, but makes nothing.
absl::Status CheckAny(const std::string& store) {
  if (IsSqlite(store)) {
    SqliteOptions options = SqliteAt(store);
    options.create_if_missing = false;
    return SqliteStore::Open(std::move(options)).status();
  }
  if (!IsPostgres(store)) return Unknown(store);
  return PgStore::Connect(PostgresAt(store)).status();
}

std::string Sentence(const Versions& versions) {
  if (versions.from == versions.to) {
    return fmt::format("nothing to do: the schema has version {} already", versions.to);
  }
  if (versions.from == 0) return fmt::format("made the schema, version {}", versions.to);
  return fmt::format("brought the schema from version {} to {}", versions.from, versions.to);
}

struct StoreOptions {
  std::string action;
  std::string store;
  Output output = DefaultOutput();
};

absl::StatusOr<std::string> Do(const std::string& action, const std::string& store) {
  if (action == "migrate") {
    const absl::StatusOr<Versions> versions = MigrateAny(store);
    if (!versions.ok()) return versions.status();
    return Sentence(*versions);
  }
  if (action == "check") {
    if (absl::Status usable = CheckAny(store); !usable.ok()) return usable;
    return "the store can be used";
  }
  return BadUsage(fmt::format("there is no store {}: use migrate or check", action));
}

absl::StatusOr<ExitCode> Store(const StoreOptions& options) {
  if (options.store.empty()) {
    return BadUsage("name the store: --store sqlite:PATH or --store postgres://…");
  }
  const auto sentence = Do(options.action, options.store);
  if (!sentence.ok()) return sentence.status();
  if (options.output.json) {
    PrintJson(Json::Object(
        {{"outcome", "done"}, {"exit_code", 0}, {"store", options.store}, {"message", *sentence}}));
  } else {
    std::printf("%s\n", sentence->c_str());
  }
  return ExitCode::kClean;
}

}  // namespace

Command StoreCommand() {
  using Options = StoreOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "store",
      .sentence =
          "Make or bring forward the schema of a durable store, or check that it is usable.",
      .positional = "COMMAND",
      .positional_meaning = "migrate, or check",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::action);
  table.options = {{{kStore.name, kStore.value, "sqlite:PATH or a PostgreSQL URI (postgres://...)"},
                    SetStore<Options>(&Options::store)},
                   {kJson, Set(&Options::output, &Output::json)}};
  table.run = Store;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
