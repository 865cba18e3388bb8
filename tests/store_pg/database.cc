#include "tests/store_pg/database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <pqxx/nontransaction>
#include <stdexcept>
#include <thread>

#include "absl/strings/str_cat.h"
#include "store_pg/schema.h"

namespace fencepost::store_pg_test {
namespace {

std::string Server() {
  const char* uri = std::getenv("FENCEPOST_TEST_POSTGRES");
  if (uri == nullptr) {
    throw std::runtime_error("FENCEPOST_TEST_POSTGRES names no server: run these tests with ctest");
  }
  return uri;
}

std::string NewName() {
  static std::atomic<int> last = 0;
  return absl::StrCat("fencepost_test_", getpid(), "_", ++last);
}

std::string With(const std::string& uri, const std::string& parameter) {
  return absl::StrCat(uri, uri.find('?') == std::string::npos ? "?" : "&", parameter);
}

}  // namespace

Database::Database(Schema schema) : server_(Server()), name_(NewName()) {
  pqxx::connection server(server_);
  pqxx::nontransaction(server).exec(absl::StrCat("CREATE DATABASE ", name_));
  session_ = std::make_unique<pqxx::connection>(Uri());
  if (schema == Schema::kMigrated) {
    const absl::StatusOr<MigrationReport> migrated = Migrate(Options());
    if (!migrated.ok()) throw std::runtime_error(std::string(migrated.status().message()));
  }
}

Database::~Database() {
  try {
    session_.reset();
    pqxx::connection server(server_);
    pqxx::nontransaction(server).exec(
        absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"));
  } catch (const std::exception& thrown) {
    ADD_FAILURE() << "the test's database stays behind: " << thrown.what();
  }
}

std::string Database::Uri(const std::string& more) const {
  return absl::StrCat(With(server_, absl::StrCat("dbname=", name_)), more);
}

PgOptions Database::Options() const {
  PgOptions options;
  options.connection = Uri();
  return options;
}

pqxx::result Database::Run(const std::string& sql) {
  return pqxx::nontransaction(*session_).exec(sql);
}

std::string Database::Value(const std::string& sql) { return Run(sql)[0][0].c_str(); }

void Database::Await(const std::string& sql) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (Value(sql) != "t") {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(absl::StrCat("in vain awaited: ", sql));
    }
    std::this_thread::yield();
  }
}

void Database::TerminateBackends() {
  Run(absl::StrCat(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '", name_,
      "' AND pid <> pg_backend_pid()"));
}

}  // namespace fencepost::store_pg_test
