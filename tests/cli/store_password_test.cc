// No password reaches a report, a replay file or a command to repeat.

#include "cli/store_password.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace fencepost::cli {
namespace {

struct Sample {
  std::string given;
  std::string kept;
  std::string password;  // empty: libpq is given none
};

class StorePassword : public testing::TestWithParam<Sample> {
 protected:
  StorePassword() { unsetenv("PGPASSWORD"); }
  ~StorePassword() override { unsetenv("PGPASSWORD"); }
};

TEST_P(StorePassword, GoesIntoTheEnvironmentOnly) {
  std::string kept;
  ASSERT_TRUE(HidePassword(GetParam().given, kept).ok());
  EXPECT_EQ(kept, GetParam().kept);
  const char* const told = getenv("PGPASSWORD");
  EXPECT_EQ(told == nullptr ? "" : told, GetParam().password);
}

INSTANTIATE_TEST_SUITE_P(
    , StorePassword,
    testing::Values(Sample{"sim", "sim", ""}, Sample{"sqlite:/a:b@c", "sqlite:/a:b@c", ""},
                    Sample{"postgres://host/db", "postgres://host/db", ""},
                    Sample{"postgres://me@host:5432/db", "postgres://me@host:5432/db", ""},
                    Sample{"postgres://me:pw@host:5432/db", "postgres://me@host:5432/db", "pw"},
                    Sample{"postgresql://me:p%40w%3a@/db?host=/tmp",
                           "postgresql://me@/db?host=/tmp", "p@w:"},
                    Sample{"postgres://me:p@w@host/db", "postgres://me@host/db", "p@w"},
                    Sample{"postgres:///db?password=pw", "postgres:///db", "pw"},
                    Sample{"postgres:///db?password=pw&user=me", "postgres:///db?user=me", "pw"},
                    Sample{"postgres:///db?user=me&password=pw&host=/tmp",
                           "postgres:///db?user=me&host=/tmp", "pw"},
                    Sample{"postgres:///db?sslpassword=x&host=/t",
                           "postgres:///db?sslpassword=x&host=/t", ""}));

// libpq would refuse the URI with a message that shows part of it.
TEST(HidePassword, RefusesAWrongEscapeWithoutShowingTheUri) {
  std::string kept;
  for (const char* uri : {"postgres://me:geheim%@host/db", "postgres://me:geheim%4@host/db",
                          "postgres:///db%zz?password=geheim"}) {
    const absl::Status status = HidePassword(uri, kept);
    EXPECT_EQ(
        status.message(),
        "--store: the PostgreSQL URI has a \"%\" that is not followed by two hexadecimal digits: "
        "write a percent sign as %25");
  }
}

}  // namespace
}  // namespace fencepost::cli
