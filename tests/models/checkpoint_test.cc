#include "models/checker/checkpoint.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "models/checker/run_search.h"
#include "models/lifecycle/machine.h"
#include "tests/models/toy_model.h"

namespace fencepost::models {
namespace {

// The path of a checkpoint. The file is removed when the test ends.
class CheckpointFile {
 public:
  ~CheckpointFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    std::filesystem::remove(path_ + ".new", ignored);
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_ = testing::TempDir() + "fencepost_" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
                            std::to_string(getpid());
};

SearchOptions StoppingAt(std::uint64_t states, const std::string& path) {
  SearchOptions options;
  options.checkpoint = path;
  options.progress = [states](const SearchProgress& progress) {
    return progress.states > states ? SearchRequest::kStop : SearchRequest::kContinue;
  };
  return options;
}

SearchOptions GoingOn(const std::string& path) {
  SearchOptions options;
  options.checkpoint = path;
  options.resume = true;
  return options;
}

template <Model M>
void GoesOnAsIfItHadNotBeenStopped(const M& model) {
  const CheckpointFile file;
  const std::string& path = file.path();
  const auto whole = Search(model, {});
  for (const bool compaction : {false, true}) {
    SearchOptions stopping = StoppingAt(whole.states / 3, path);
    stopping.compaction = compaction;
    ASSERT_EQ(Search(model, stopping).end, SearchEnd::kStopped);
    SearchOptions going_on = GoingOn(path);
    going_on.compaction = compaction;
    going_on.threads = 2;
    const auto resumed = Search(model, going_on);
    EXPECT_EQ(resumed.end, SearchEnd::kComplete) << resumed.problem;
    EXPECT_EQ(resumed.states, whole.states);
    EXPECT_EQ(resumed.steps, whole.steps);
    EXPECT_EQ(resumed.depth, whole.depth);
  }
}

TEST(Checkpoint, GoesOnAsIfItHadNotBeenStoppedOnNumbers) {
  GoesOnAsIfItHadNotBeenStopped(NumbersModel(200'000));
}

TEST(Checkpoint, GoesOnAsIfItHadNotBeenStoppedOnTheLifecycle) {
  GoesOnAsIfItHadNotBeenStopped(Machine(Options{}));
}

TEST(Checkpoint, IsRefusedForAnotherModelAndOtherOptions) {
  const CheckpointFile file;
  const std::string& path = file.path();
  ASSERT_EQ(Search(NumbersModel(9'000), StoppingAt(100, path)).end, SearchEnd::kStopped);
  const auto other = Search(NumbersModel(9'001), GoingOn(path));
  EXPECT_EQ(other.end, SearchEnd::kBadCheckpoint);
  EXPECT_EQ(other.problem,
            path + ": the checkpoint is of another model or was made with other options");
  SearchOptions compact = GoingOn(path);
  compact.compaction = true;
  EXPECT_EQ(Search(NumbersModel(9'000), compact).end, SearchEnd::kBadCheckpoint);
}

TEST(Checkpoint, IsRefusedWhenItIsDamagedOrMissing) {
  const CheckpointFile file;
  const std::string& path = file.path();
  const NumbersModel model(9'000);
  EXPECT_EQ(Search(model, GoingOn(path)).problem, path + ": No such file or directory");
  ASSERT_EQ(Search(model, StoppingAt(100, path)).end, SearchEnd::kStopped);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 8);
  EXPECT_EQ(Search(model, GoingOn(path)).problem, path + ": the checkpoint is truncated");
  std::ofstream(path) << "nothing of the kind";
  EXPECT_EQ(Search(model, GoingOn(path)).problem,
            path + ": not a checkpoint of this version of fencepost");
}

TEST(Checkpoint, SaysWhereItCannotBeWritten) {
  const auto result = Search(NumbersModel(9'000), StoppingAt(100, "/nowhere/at/all"));
  EXPECT_EQ(result.end, SearchEnd::kBadCheckpoint);
  EXPECT_EQ(result.problem, "/nowhere/at/all.new: No such file or directory");
}

}  // namespace
}  // namespace fencepost::models
