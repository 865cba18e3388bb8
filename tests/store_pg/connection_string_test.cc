// Passwords stay where they are: in no error, whatever the form of the connection string.

#include "store_pg/connection_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_pg/pg_store.h"
#include "store_pg/schema.h"

namespace fencepost::pg {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ConnectionString, KnowsUrisAndKeywords) {
  for (const char* text : {"postgresql://ann:s3cret@db.example:6432/fleet?sslmode=verify-full",
                           "host=db.example port=6432 dbname=fleet user=ann password=s3cret "
                           "sslmode=verify-full"}) {
    const auto parsed = ConnectionString::Parse(text);
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->ForPeople(), "host=db.example port=6432 dbname=fleet user=ann");
    EXPECT_THAT(parsed->ForLibpq(), HasSubstr("sslmode='verify-full'"));
    EXPECT_THAT(parsed->ForLibpq(), HasSubstr("password='s3cret'"));
  }
}

TEST(ConnectionString, QuotesWhatLibpqWouldMisread) {
  const auto parsed = ConnectionString::Parse(R"(password='a b\'c\\d' host=h)");
  ASSERT_TRUE(parsed.ok());
  const auto again = ConnectionString::Parse(parsed->ForLibpq());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->ForLibpq(), parsed->ForLibpq());
}

TEST(ConnectionString, DefaultsGiveWay) {
  auto parsed = ConnectionString::Parse("host=h connect_timeout=3");
  parsed->SetDefault("connect_timeout", "9");
  parsed->SetDefault("keepalives_idle", "10");
  EXPECT_EQ(parsed->ForLibpq(), "connect_timeout='3' host='h' keepalives_idle='10'");
}

TEST(ConnectionString, ScrubsEveryFormOfTheSecret) {
  const auto parsed = ConnectionString::Parse("postgresql://ann:p%40ss%2fword@h/d");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Scrub("p@ss/word, p%40ss%2Fword and p%40ss%2fword"), "***, *** and ***");
}

// libpq quotes the part of the string that it could not read, which may be the password's.
TEST(ConnectionString, AnUnreadableStringIsNotRepeated) {
  for (const char* text :
       {"postgresql://ann:hunter2@h:hunter2port/d", "postgresql://ann:hun%zzter2@h/d",
        "host=h password='hunter2", "hunter2", "host=h hunter2=1"}) {
    const auto parsed = ConnectionString::Parse(text);
    if (parsed.ok()) continue;  // read as something else: then connecting fails, see below
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(parsed.status().message()), Not(HasSubstr("hun"))) << text;
  }
}

TEST(ConnectionString, ABadEscapeIsNamedByItsPlace) {
  const auto message = [](const char* text) {
    return std::string(ConnectionString::Parse(text).status().message());
  };
  EXPECT_THAT(message("postgresql://ann:hun%zzter2@h/d"), HasSubstr("the % at character 21 "));
  EXPECT_THAT(message("postgresql://h/d?application_name=50%"),
              HasSubstr("the % at character 37 "));
  EXPECT_THAT(message("postgresql://h/a%00b"), HasSubstr("the % at character 17 "));
  EXPECT_THAT(message("postgresql://h/%41%4"), HasSubstr("the % at character 19 "));
  EXPECT_TRUE(ConnectionString::Parse("postgresql://h/%41%4a").ok());
  // A percent sign of keywords is no escape.
  EXPECT_TRUE(ConnectionString::Parse("host=h password=50%").ok());
  EXPECT_THAT(message("host=h hunter2=50%"), HasSubstr("is not one that libpq can read"));
}

TEST(ConnectionString, ConnectingInVainTellsWhereAndNoPassword) {
  for (const char* text :
       {"postgresql://ann:hunter2@localhost:1/d", "host=localhost port=1 password=hunter2"}) {
    PgOptions options;
    options.connection = text;
    for (const absl::Status& status :
         {PgStore::Connect(options).status(), Migrate(options).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
      EXPECT_THAT(std::string(status.message()), HasSubstr("host=localhost port=1"));
      EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
    }
  }
}

}  // namespace
}  // namespace fencepost::pg
