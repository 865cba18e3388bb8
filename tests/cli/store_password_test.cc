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
  std::string password;  // "": none is told
};

class StoreSecret : public testing::TestWithParam<Sample> {
 protected:
  StoreSecret() { unsetenv("PGPASSWORD"); }
  ~StoreSecret() override { unsetenv("PGPASSWORD"); }
};

TEST_P(StoreSecret, GoesIntoTheEnvironmentOnly) {
  EXPECT_EQ(HidePassword(GetParam().given), GetParam().kept);
  const char* const told = getenv("PGPASSWORD");
  EXPECT_EQ(told == nullptr ? "" : told, GetParam().password);
}

INSTANTIATE_TEST_SUITE_P(
    , StoreSecret,
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

}  // namespace
}  // namespace fencepost::cli
