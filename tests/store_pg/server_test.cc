// The server itself goes away under a store: it is restarted as after a crash, or stopped for good.
// This test has a server of its own.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "tests/store_pg/fixture.h"

namespace fencepost::store_pg_test {
namespace {

using testing::HasSubstr;

// Where Database looks for its server, which therefore has to be there before it.
class OwnServer {
 public:
  OwnServer() {
    Tell("start");
    const std::string uri =
        absl::StrCat("postgresql:///postgres?host=", root_, "/sock&user=postgres");
    setenv("FENCEPOST_TEST_POSTGRES", uri.c_str(), 1);
  }
  ~OwnServer() { Tell("stop"); }
  void Tell(const std::string& command) {
    const std::string line = absl::StrCat(FENCEPOST_POSTGRES_SERVER " ", command, " ", root_);
    EXPECT_EQ(std::system(line.c_str()), 0) << line;
  }

 private:
  const std::string root_ = absl::StrCat("/tmp/fencepost-pg-own-", getpid());
};

class ServerTest : protected OwnServer, public PgTest {};

// A restarted server takes a moment to let connections in, and the pool spares it meanwhile: calls
// are refused until then.
template <class Call>
auto UntilItAnswers(Call call) {
  auto answer = call();
  while (!answer.ok() &&
         (absl::IsUnavailable(answer.status()) || absl::IsUnknown(answer.status()))) {
    answer = call();
  }
  return answer;
}

TEST_F(ServerTest, ARestartLosesNothingThatWasAcknowledged) {
  auto cp = Start("cp-1");
  const WorkerLease lease = Hot(*cp);
  const Revision before = RowOf(lease).revision;
  ASSERT_TRUE((*cp)->StampCredentials(lease, absl::UnixEpoch()).landed());

  Tell("restart");
  const auto seen = UntilItAnswers([&] { return store_->Observe(lease.worker()); });
  ASSERT_TRUE(seen.ok()) << seen.status();
  ASSERT_TRUE(seen->has_value());
  EXPECT_EQ((*seen)->row().revision, Next(before));
  EXPECT_TRUE((*cp)->StampCredentials(lease, absl::UnixEpoch()).landed());
}

TEST_F(ServerTest, AStoppedServerIsSurelyNotReached) {
  auto cp = Start("cp-1");
  const WorkerId worker = Hot(*cp).worker();
  Tell("stop");
  const absl::Status observed = store_->Observe(worker).status();
  EXPECT_FALSE(observed.ok());
  EXPECT_FALSE(MayHaveApplied(observed)) << observed;
  EXPECT_THAT(std::string(observed.message()), HasSubstr("connect"));
  const absl::Status created = store_->CreateSlot(Slot(*cp, kOrg, 10)).status();
  EXPECT_FALSE(MayHaveApplied(created)) << created;
  Tell("start");  // for the end of the test, which drops what it made
}

}  // namespace
}  // namespace fencepost::store_pg_test
