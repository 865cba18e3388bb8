// Saves a search to a file and restores it. A restored search gives the same result as one that was
// never stopped.
//
// The file holds raw words in the byte order of the machine that wrote it, behind a header that
// identifies the model and the options. A new checkpoint is written to PATH.new and renamed, so
// that a failed write leaves the previous checkpoint intact.
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
  std::uint64_t level_words = 0;  // states of this depth that are still to be expanded
  std::uint64_t next_words = 0;   // states found at the next depth
};

// Writes a header and then the parts, in this order. `mark` identifies the model and the options.
CheckpointResult WriteCheckpoint(const std::string& path, std::uint64_t mark,
                                 const CheckpointCounts& counts,
                                 const std::vector<std::span<const std::uint64_t>>& parts);

// Reads a checkpoint: the counts first, then the parts in the order in which they were written.
class CheckpointReader {
 public:
  CheckpointReader(const std::string& path, std::uint64_t mark);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  const CheckpointCounts& counts() const { return counts_; }
  void Read(std::span<std::uint64_t> part);
  // Checks that the file ends here. Call it last.
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
