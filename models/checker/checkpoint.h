// A search put aside in a file, from which it goes on as if it had not been stopped.
//
// The file is for the machine that wrote it: raw words behind a header that names the model and
// the options. It is written beside its name and renamed, so that the last good one survives.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fencepost::models {

struct CheckpointResult {
  bool ok = true;
  std::string problem;  // names the file
};

struct CheckpointCounts {
  std::uint64_t states = 0;
  std::uint64_t steps = 0;
  std::uint64_t depth = 0;
  std::uint64_t lines = 0;        // of the visited set
  std::uint64_t table_words = 0;  // follow the header
  std::uint64_t level_words = 0;  // of the states still to be expanded at this depth
  std::uint64_t next_words = 0;   // of those found at the next one
};

// Writes the parts in this order behind a header. `mark` tells models and options apart.
CheckpointResult WriteCheckpoint(const std::string& path, std::uint64_t mark,
                                 const CheckpointCounts& counts,
                                 const std::vector<std::span<const std::uint64_t>>& parts);

// An open checkpoint: first the counts, then the parts in the order in which they were written.
class CheckpointReader {
 public:
  CheckpointReader(const std::string& path, std::uint64_t mark);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  const CheckpointCounts& counts() const { return counts_; }
  void Read(std::span<std::uint64_t> part);
  // Also says whether the file ends where it should. Read nothing after it.
  CheckpointResult Finish();
  bool ok() const { return result_.ok; }

 private:
  void Fail(const std::string& why);

  const std::string path_;
  void* file_ = nullptr;
  CheckpointCounts counts_;
  CheckpointResult result_;
};

}  // namespace fencepost::models
