#include "sim/engine/label.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace fencepost::sim {
namespace {

TEST(Label, EqualTextsAreEqualAndOthersAreNot) {
  EXPECT_EQ(Label::Of("claim"), Label::Of(std::string("cla") + "im"));
  EXPECT_NE(Label::Of("claim"), Label::Of("claims"));
  EXPECT_EQ(Label(), Label::Of(""));
  EXPECT_TRUE(Label().empty());
  EXPECT_EQ(Label::Of("claim").text(), "claim");
}

TEST(Label, HashIsThatOfTheTextAndTheSameInEveryProcess) {
  // The published FNV-1a test vectors.
  EXPECT_EQ(Label().hash(), 0xcbf29ce484222325u);
  EXPECT_EQ(Label::Of("a").hash(), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(Label::Of("foobar").hash(), 0x85944171f73967e8u);
}

TEST(Label, IsAsSmallAsAPointer) { EXPECT_EQ(sizeof(Label), sizeof(void*)); }

TEST(Label, ThreadsInterningTheSameTextsGetTheSameLabels) {
  constexpr int kTexts = 1000;
  std::vector<std::vector<Label>> labels(4);
  std::vector<std::thread> threads;
  for (auto& mine : labels) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < kTexts; ++i) mine.push_back(Label::Of("thread-" + std::to_string(i)));
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& mine : labels) EXPECT_EQ(mine, labels[0]);
  EXPECT_EQ(labels[0][999].text(), "thread-999");
}

}  // namespace
}  // namespace fencepost::sim
