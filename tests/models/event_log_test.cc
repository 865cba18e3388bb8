// Reading a log gives the events that were written, and an error names the line of a malformed log.
#include "models/conformance/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "models/conformance/conformance.h"
#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::models {
namespace {

// Encodes the events that it receives, so that only equal events give equal text.
class Rewriter : public EventLogListener {
 public:
  Rewriter(std::ostream& copy, Judged judged) : conformance(judged), writer_(copy) {}

  bool OnEvent(std::uint64_t line, const Event& event) override {
    last_line = line;
    ++events;
    writer_.On(event);
    conformance.On(event);
    return true;
  }

  std::uint64_t last_line = 0;
  std::uint64_t events = 0;
  Conformance conformance;

 private:
  EventLogWriter writer_;
};

class RoundTrip : public testing::TestWithParam<const Scenario*> {};

// Reading the log of a run and writing it again gives the same text, and conformance gives the same
// verdict on the log as on the run.
TEST_P(RoundTrip, OfARun) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::ostringstream log;
    EventLogWriter writer(log);
    const Judged judged =
        GetParam()->drives_lifecycle_directly ? Judged::kRows : Judged::kRowsAndProcesses;
    Conformance online(judged);
    struct Both : EventObserver {
      Both(EventObserver& first_given, EventObserver& second_given)
          : first(first_given), second(second_given) {}
      void On(const Event& event) override {
        first.On(event);
        second.On(event);
      }
      EventObserver& first;
      EventObserver& second;
    } both(writer, online);
    RunOptions options;
    options.observer = &both;
    const auto runner = Runner::Create(*GetParam(), options);
    ASSERT_TRUE(runner.ok()) << runner.status();
    sim::RandomWalk walk(seed);
    ASSERT_EQ((*runner)->Run(walk).end, RunEnd::kPassed);

    std::istringstream written(log.str());
    std::ostringstream copy;
    Rewriter rewriter(copy, judged);
    ASSERT_TRUE(ReadEventLog(written, rewriter).ok());
    EXPECT_EQ(copy.str(), log.str());
    EXPECT_FALSE(rewriter.conformance.refusal().has_value());
    EXPECT_EQ(rewriter.conformance.steps(), online.steps());
    EXPECT_GT(rewriter.events, 0U);
  }
}

std::vector<const Scenario*> ScenariosToWrite() {
  std::vector<const Scenario*> scenarios;
  for (const Scenario& scenario : AllScenarios()) scenarios.push_back(&scenario);
  return scenarios;
}
INSTANTIATE_TEST_SUITE_P(Scenarios, RoundTrip, testing::ValuesIn(ScenariosToWrite()),
                         [](const auto& tested) {
                           std::string name(tested.param->name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// ---- One event, field by field -----------------------------------------------------------------

// Compares an event that is read with the one that was written.
class Expects : public EventLogListener {
 public:
  explicit Expects(std::function<void(const Event&)> compare) : compare_(std::move(compare)) {}
  bool OnEvent(std::uint64_t line, const Event& event) override {
    EXPECT_EQ(line, 2U);
    seen = true;
    compare_(event);
    return true;
  }
  bool seen = false;

 private:
  std::function<void(const Event&)> compare_;
};

void ExpectRead(const EventBody& body, const std::function<void(const Event&)>& compare) {
  std::stringstream log;
  EventLogWriter(log).On(Event{"store", "janitor", body});
  Expects expects(compare);
  ASSERT_EQ(ReadEventLog(log, expects), absl::OkStatus());
  EXPECT_TRUE(expects.seen);
}

TEST(EventLog, KeepsEveryFieldOfACommit) {
  WorkerRow before;
  before.worker_id = WorkerId{7};
  before.pod_name = PodName("worker-7");
  before.pod_uid = PodUid("uid \"7\"\n");
  before.image = Image("image");
  before.state = WorkerState::kHotIdle;
  before.org = Org("ørg");
  before.owner_cp = CpId("cp-1");
  before.owner_epoch = Epoch{3};
  before.revision = Revision{1LL << 60};
  before.last_operation = {BootId{~0ULL}, ~0ULL};
  before.created_at = absl::FromUnixMicros(-1);
  before.updated_at = absl::FromUnixMicros(1'700'000'000'123'456);
  before.activated_at = absl::InfiniteFuture();
  WorkerRow after = before;
  after.state = WorkerState::kLost;
  after.retire_reason = "gone";
  TransitionRequest request;
  request.operation = Operation::kRetireOrphan;
  request.id = {BootId{5}, 9};
  request.worker = WorkerId{7};
  request.believed_state = WorkerState::kIdle;
  request.believed_revision = Revision{4};
  request.guards = GuardSet(Guard::kOwnerGone, Guard::kNoLiveSession);
  request.orphan_grace = absl::Seconds(30);
  request.target = WorkerState::kRetired;
  request.new_owner = CpId("cp-2");
  request.credentials_expiry = absl::InfinitePast();
  ExpectRead(RowCommitted{Operation::kRetireOrphan, {}, &request, &before, after, {true, false}},
             [&](const Event& event) {
               EXPECT_EQ(event.source, "store");
               EXPECT_EQ(event.activity, "janitor");
               const auto& commit = std::get<RowCommitted>(event.body);
               EXPECT_EQ(*commit.before, before);
               EXPECT_EQ(commit.after, after);
               EXPECT_TRUE(commit.facts.owner_gone);
               EXPECT_FALSE(commit.facts.live_session);
               EXPECT_EQ(commit.request->id, request.id);
               EXPECT_EQ(commit.request->guards, request.guards);
               EXPECT_EQ(commit.request->orphan_grace, request.orphan_grace);
               EXPECT_EQ(commit.request->target, request.target);
               EXPECT_EQ(commit.request->credentials_expiry, absl::InfinitePast());
             });
}

TEST(EventLog, KeepsControlPlanesAndSessions) {
  ControlPlaneRow cp;
  cp.cp_id = CpId("cp-1");
  cp.boot_id = BootId{~0ULL};
  cp.state = CpState::kExpired;
  cp.expiry_cause = ExpiryCause::kOverdueDrain;
  cp.heartbeat_at = absl::FromUnixMicros(5);
  ExpectRead(ControlPlaneChanged{cp, CpState::kDraining}, [&](const Event& event) {
    EXPECT_EQ(std::get<ControlPlaneChanged>(event.body).row, cp);
    EXPECT_EQ(std::get<ControlPlaneChanged>(event.body).before, CpState::kDraining);
  });
  SessionRow session;
  session.id = {Org("org-a"), SessionToken("token")};
  session.holder = {BootId{0xa7}, 12};
  session.state = SessionState::kReconnecting;
  session.expires_at = absl::FromUnixMicros(6);
  ExpectRead(SessionChanged{session, std::nullopt}, [&](const Event& event) {
    EXPECT_EQ(std::get<SessionChanged>(event.body).session, session);
    EXPECT_EQ(std::get<SessionChanged>(event.body).before, std::nullopt);
  });
}

TEST(EventLog, KeepsWhichPodADeletionNamed) {
  const PodName name("worker-7");
  const PodUid uid("uid-7");
  const PodUid named("uid-6");
  ExpectRead(PodDeleted{WorkerId{7}, name, uid, true, named}, [](const Event& event) {
    const auto& deleted = std::get<PodDeleted>(event.body);
    EXPECT_EQ(deleted.uid, PodUid("uid-7"));
    EXPECT_EQ(deleted.named_uid, PodUid("uid-6"));
    EXPECT_TRUE(deleted.by_request);
  });
}

// A log of version 1 has a line for each pod that a fence was minted for; its deletions do not say
// what they named.
TEST(EventLog, OfVersionOneNamesThePodsThatItHasFencesFor) {
  class Named : public EventLogListener {
   public:
    bool OnEvent(std::uint64_t, const Event& event) override {
      named.push_back(std::get<PodDeleted>(event.body).named_uid.text());
      return true;
    }
    std::vector<std::string> named;
  } listener;
  const auto deleted = [](const std::string& uid) {
    return R"({"event":"pod_deleted","source":"pods","activity":"","worker":1,)"
           R"("name":"worker-1","by_request":true,"uid":")" +
           uid + "\"}\n";
  };
  std::istringstream log(
      R"({"format":"fencepost event log","version":1})"
      "\n"
      R"({"event":"fence_minted","source":"cp-1","activity":"","worker":1,"uid":"uid-1"})"
      "\n" +
      deleted("uid-1") + deleted("uid-2"));
  ASSERT_EQ(ReadEventLog(log, listener), absl::OkStatus());
  EXPECT_EQ(listener.named, (std::vector<std::string>{"uid-1", ""}));
}

// Sessions had neither an org nor a holder then.
TEST(EventLog, OfVersionTwoHasSessionsOfNoHolder) {
  class Sessions : public EventLogListener {
   public:
    bool OnEvent(std::uint64_t, const Event& event) override {
      seen.push_back(std::get<SessionChanged>(event.body).session);
      return true;
    }
    std::vector<SessionRow> seen;
  } listener;
  std::istringstream log(
      R"({"format":"fencepost event log","version":2})"
      "\n"
      R"({"event":"session_changed","source":"store","activity":"","token":"t","worker":1,)"
      R"("epoch":3,"before":null,"state":"active","expires_at":6})"
      "\n");
  ASSERT_EQ(ReadEventLog(log, listener), absl::OkStatus());
  ASSERT_EQ(listener.seen.size(), 1U);
  EXPECT_EQ(listener.seen.front().id, (SessionId{Org(), SessionToken("t")}));
  EXPECT_TRUE(listener.seen.front().holder.none());
}

// ---- Malformed logs ----------------------------------------------------------------------------

std::string ErrorOf(const std::string& text) {
  std::istringstream log(text);
  std::ostringstream copy;
  Rewriter rewriter(copy, Judged::kRows);
  return std::string(ReadEventLog(log, rewriter).message());
}

TEST(EventLog, IsRefusedWithItsLine) {
  const std::string header = "{\"format\":\"fencepost event log\",\"version\":3}\n";
  const std::string created =
      "{\"event\":\"secret_created\",\"source\":\"\",\"activity\":\"\",\"worker\":1}\n";
  EXPECT_EQ(ErrorOf(header), "");
  EXPECT_EQ(ErrorOf(header + created), "");
  EXPECT_EQ(ErrorOf(""), "line 1: the log is truncated: it is empty");
  EXPECT_EQ(ErrorOf("#!/bin/sh\n"), "line 1: this is no event log of fencepost");
  EXPECT_EQ(ErrorOf("{\"format\":7}\n"), "line 1: this is no event log of fencepost");
  EXPECT_EQ(ErrorOf("{\"format\":\"fencepost event log\",\"version\":4}\n"),
            "line 1: version 4 is newer than the 3 that this program reads");
  EXPECT_EQ(ErrorOf("{\"format\":\"fencepost event log\",\"version\":-1}\n"),
            "line 1: the version is no number above 0");
  EXPECT_EQ(ErrorOf(header + created + created.substr(0, 20)),
            "line 3: the log is truncated in the middle of the line");
  EXPECT_EQ(ErrorOf(header + "[]\n"), "line 2: this is no JSON object");
  EXPECT_EQ(ErrorOf(header + "\n"), "line 2: this is no JSON object");
  EXPECT_EQ(ErrorOf(header + "{}\n"), "line 2: the field event is missing");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = created;
    return ErrorOf(header + text.replace(text.find(from), from.size(), to));
  };
  EXPECT_EQ(with("secret_created", "secret_kept"), "line 2: there is no event secret_kept");
  EXPECT_EQ(with(":1}", ":1.5}"), "line 2: the field worker is no whole number of 64 bits");
  EXPECT_EQ(with(":1}", ":18446744073709551615}"),
            "line 2: the field worker is no whole number of 64 bits");
}

// A log with any single wrong byte gives an error or an event, and no crash.
TEST(EventLog, SurvivesEveryWrongByte) {
  std::ostringstream log;
  EventLogWriter writer(log);
  WorkerRow row;
  row.worker_id = WorkerId{1};
  TransitionRequest request;
  request.guards = GuardSet(Guard::kOwnerGone);
  writer.On(Event{"store", "", RowRefused{request, TransitionOutcome::kRowMissing, &row, {}}});
  const std::string good = log.str();
  EXPECT_EQ(ErrorOf(good), "");
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char wrong : {'\0', '"', '9', '{', '\n', '\xff'}) {
      std::string text = good;
      text[at] = wrong;
      refused += ErrorOf(text).empty() ? 0 : 1;
    }
    const bool whole_lines = at > 0 && good[at - 1] == '\n';
    EXPECT_EQ(ErrorOf(good.substr(0, at)).empty(), whole_lines) << at;
  }
  EXPECT_GT(refused, good.size());
}

}  // namespace
}  // namespace fencepost::models
