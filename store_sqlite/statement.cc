#include "store_sqlite/statement.h"

#include <limits>

namespace fencepost::sqlite {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::int64_t ToColumn(absl::Time time) {
  static const absl::Time kEarliest = absl::FromUnixMicros(kNever);
  static const absl::Time kLatest = absl::FromUnixMicros(kForEver);
  if (time <= kEarliest) return kNever;
  if (time >= kLatest) return kForEver;
  return absl::ToUnixMicros(time);
}

absl::Time TimeFromColumn(std::int64_t micros) {
  if (micros == kNever) return absl::InfinitePast();
  if (micros == kForEver) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection) {
  if (connection.failed()) return;
  connection.Take(sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                     SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

void Query::Bind(std::int64_t number) {
  connection_.Take(sqlite3_bind_int64(statement_, ++bound_, number));
}

void Query::Bind(std::string_view text) {
  // A null pointer would bind NULL.
  const char* const data = text.data() == nullptr ? "" : text.data();
  connection_.Take(
      sqlite3_bind_text64(statement_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

bool Query::Step() {
  if (connection_.failed()) return false;
  const int code = sqlite3_step(statement_);
  connection_.Take(code);
  return code == SQLITE_ROW;
}

std::string_view Query::Text(int column) const {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Statement& Statements::Of(std::string_view sql) {
  if (const auto known = prepared_.find(sql); known != prepared_.end()) return *known->second;
  auto made = std::make_unique<Statement>(connection_, sql);
  if (connection_.failed()) {  // the next use tries again
    failed_ = std::move(made);
    return *failed_;
  }
  return *prepared_.emplace(std::string(sql), std::move(made)).first->second;
}

}  // namespace fencepost::sqlite
