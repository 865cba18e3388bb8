#include "campaign/guided_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/engine/trace.h"
#include "store_sqlite/statement.h"

namespace fencepost::campaign {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kApplicationId = 0x46504743;  // "FPGC"
constexpr std::int64_t kVersion = 1;
constexpr std::uint64_t kBits = 100;  // in the place of a kind: random bits

// `choices` are numbers, three for each choice: its kind, its point as an index into `names`, and
// what was chosen, as an index or as bits.
constexpr const char* kTables =
    "CREATE TABLE execution (id INTEGER PRIMARY KEY, scenario TEXT NOT NULL, parameters TEXT NOT "
    "NULL, hash INTEGER NOT NULL, names TEXT NOT NULL, choices TEXT NOT NULL, "
    "UNIQUE (scenario, parameters, hash)) STRICT";
constexpr std::string_view kInsert =
    "INSERT OR IGNORE INTO execution (scenario, parameters, hash, names, choices) "
    "VALUES (?, ?, ?, ?, ?)";
constexpr std::string_view kSelect =
    "SELECT id, names, choices FROM execution WHERE scenario = ? AND parameters = ? ORDER BY id";

std::string ParametersText(const RunOptions& options) {
  std::string text;
  for (const auto& [name, value] : options.parameters) text += fmt::format("{}={} ", name, value);
  return text;
}

std::int64_t HashOf(std::span<const sim::Choice> choices) {
  std::uint64_t hash = 0;
  for (const sim::Choice& choice : choices) {
    hash = sim::MixHash(hash, choice.point.hash() + choice.bits);
    hash = sim::MixHash(hash, choice.chosen.hash());
  }
  return static_cast<std::int64_t>(hash);
}

struct Row {
  std::string names;
  std::string choices;
};

Row ToRow(std::span<const sim::Choice> choices) {
  Json names = Json::array();
  std::map<std::string_view, std::uint64_t> known;
  const auto index_of = [&](sim::Label label) {
    const auto [found, added] = known.emplace(label.text(), names.size());
    if (added) names.push_back(label.text());
    return found->second;
  };
  Json numbers = Json::array();
  for (const sim::Choice& choice : choices) {
    numbers.push_back(choice.is_bits() ? kBits : static_cast<std::uint64_t>(choice.kind));
    numbers.push_back(index_of(choice.point));
    numbers.push_back(choice.is_bits() ? choice.bits : index_of(choice.chosen));
  }
  return {names.dump(), numbers.dump()};
}

// Throws if the row is not what ToRow makes.
std::vector<sim::Choice> FromRow(std::string_view names_text, std::string_view choices_text) {
  std::vector<sim::Label> names;
  for (const Json& name : Json::parse(names_text)) {
    names.push_back(sim::Label::Of(name.get<std::string>()));
  }
  const auto numbers = Json::parse(choices_text).get<std::vector<std::uint64_t>>();
  std::vector<sim::Choice> choices;
  for (std::size_t i = 0; i < numbers.size(); i += 3) {
    sim::Choice choice;
    choice.point = names.at(numbers.at(i + 1));
    if (numbers[i] == kBits) {
      choice.kind = sim::ChoiceKind::kRandom;
      choice.bits = numbers.at(i + 2);
    } else {
      if (numbers[i] > static_cast<std::uint64_t>(sim::ChoiceKind::kWorkload)) {
        throw std::out_of_range("no such kind of choice");
      }
      choice.kind = static_cast<sim::ChoiceKind>(numbers[i]);
      choice.chosen = names.at(numbers.at(i + 2));
      choice.count = 1;  // how many there were is not kept
    }
    choices.push_back(choice);
  }
  return choices;
}

absl::Status Wrong(const sqlite::Connection& connection, const std::string& how) {
  return absl::FailedPreconditionError(connection.path() + " is not a guided corpus: " + how);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GuidedCorpus>> GuidedCorpus::Open(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  auto connection = sqlite::Connection::Open(options);
  if (!connection.ok()) return connection.status();
  std::unique_ptr<GuidedCorpus> corpus(new GuidedCorpus(*std::move(connection)));
  if (absl::Status prepared = corpus->Prepare(); !prepared.ok()) return prepared;
  return corpus;
}

absl::Status GuidedCorpus::Prepare() {
  sqlite::Connection& connection = *connection_;
  sqlite::Transaction transaction(connection, sqlite::Transaction::Kind::kWrite);
  if (connection.failed()) return connection.TakeOpeningFailure();
  const std::int64_t mark = connection.Number("PRAGMA application_id", 0);
  const std::int64_t version = connection.Number("PRAGMA user_version", 0);
  const std::int64_t objects = connection.Number("SELECT count(*) FROM sqlite_schema", 0);
  if (connection.failed()) return connection.TakeOpeningFailure();
  if (mark == 0 && objects == 0) {
    connection.Execute(kTables);
    connection.Execute(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
    connection.Execute(fmt::format("PRAGMA user_version = {}", kVersion).c_str());
  } else if (mark != kApplicationId) {
    return Wrong(connection, "it is the SQLite database of another program");
  } else if (version > kVersion) {
    return absl::FailedPreconditionError(
        fmt::format("{} is a guided corpus of version {}, made by a newer program; this one knows "
                    "version {}",
                    connection.path(), version, kVersion));
  } else if (version < kVersion) {
    return Wrong(connection, "it holds no version");
  } else if (connection.Text("PRAGMA quick_check") != "ok") {
    return absl::DataLossError(connection.path() + " is damaged: SQLite's check of it failed");
  }
  if (connection.failed()) return connection.TakeOpeningFailure();
  return transaction.Commit();
}

absl::StatusOr<std::vector<std::vector<sim::Choice>>> GuidedCorpus::Load(
    const Scenario& scenario, const RunOptions& options) {
  const std::lock_guard lock(mutex_);
  sqlite::Transaction transaction(*connection_, sqlite::Transaction::Kind::kRead);
  sqlite::Statement select(*connection_, kSelect);
  const std::string parameters = ParametersText(options);
  std::vector<std::vector<sim::Choice>> executions;
  {
    sqlite::Query query(select);
    query.Bind(scenario.name);
    query.Bind(std::string_view(parameters));
    while (query.Step()) {
      try {
        executions.push_back(FromRow(query.Text(1), query.Text(2)));
      } catch (const std::exception& error) {
        return absl::DataLossError(fmt::format("{}: execution {} cannot be read: {}",
                                               connection_->path(), query.Number(0), error.what()));
      }
    }
  }
  if (absl::Status done = transaction.Commit(); !done.ok()) return done;
  return executions;
}

absl::Status GuidedCorpus::Append(const Scenario& scenario, const RunOptions& options,
                                  const std::vector<std::span<const sim::Choice>>& executions) {
  const std::lock_guard lock(mutex_);
  sqlite::Transaction transaction(*connection_, sqlite::Transaction::Kind::kWrite);
  sqlite::Statement insert(*connection_, kInsert);
  const std::string parameters = ParametersText(options);
  for (const std::span<const sim::Choice> choices : executions) {
    const Row row = ToRow(choices);
    sqlite::Query query(insert);
    query.Bind(scenario.name);
    query.Bind(std::string_view(parameters));
    query.Bind(HashOf(choices));
    query.Bind(std::string_view(row.names));
    query.Bind(std::string_view(row.choices));
    query.Step();
  }
  return transaction.Commit();
}

}  // namespace fencepost::campaign
