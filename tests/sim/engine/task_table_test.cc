// The numbers of tasks, beside a map that is obviously right.
#include "sim/engine/strategies/task_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace fencepost::sim {
namespace {

// More tasks than any first size of a table, so that it grows under way.
TEST(TaskTable, NumbersTasksInTheOrderInWhichTheyCome) {
  TaskTable table;
  for (int round = 0; round < 2; ++round) {
    std::map<std::string, uint32_t> expected;
    for (uint32_t i = 0; i < 500; ++i) {
      const std::string name = "task " + std::to_string(i * 7 % 300);
      const uint32_t number = expected.emplace(name, expected.size()).first->second;
      EXPECT_EQ(table.NumberOf(Label::Of(name)), number) << name;
    }
    EXPECT_EQ(table.size(), expected.size());
    for (const auto& [name, number] : expected) EXPECT_EQ(table.Find(Label::Of(name)), number);
    EXPECT_EQ(table.Find(Label::Of("stranger")), TaskTable::kUnknown);
    EXPECT_EQ(table.size(), expected.size()) << "to look for a task gives it no number";
    table.Clear();
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(table.Find(Label::Of("task 0")), TaskTable::kUnknown);
  }
}

}  // namespace
}  // namespace fencepost::sim
