// Holds a worker in the middle of a range: the planted scenario `gated` stops at an execution of
// its process, says that it is there, and waits. Both sides wait on pipes: no time is involved.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <string>

#include "tests/cli/command.h"

namespace fencepost::campaign {

class Gate {
 public:
  // At the n-th execution of the worker's process.
  Gate(const std::string& name, std::uint64_t execution)
      : path_(ScratchDirectory() + "/" + name), execution_(execution) {
    EXPECT_EQ(mkfifo((path_ + ".at").c_str(), 0600), 0);
    EXPECT_EQ(mkfifo((path_ + ".go").c_str(), 0600), 0);
  }

  // For the worker.
  std::string Variable() const {
    return "FENCEPOST_PLANTED_GATE=" + std::to_string(execution_) + ":" + path_;
  }
  // Until the worker stands before it.
  void AwaitArrival() {
    std::string word;
    std::ifstream(path_ + ".at") >> word;
    EXPECT_EQ(word, "here");
  }
  void Open() { std::ofstream(path_ + ".go") << "go"; }

 private:
  const std::string path_;
  const std::uint64_t execution_;
};

}  // namespace fencepost::campaign
