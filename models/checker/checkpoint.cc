#include "models/checker/checkpoint.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace fencepost::models {
namespace {

// Changes with the layout of the file and with HashOf.
constexpr std::uint64_t kMagic = 0x31636863'706e6366;
constexpr std::uint64_t kEndMark = 0x646e6520'74706366;

struct Header {
  std::uint64_t magic = kMagic;
  std::uint64_t mark = 0;
  CheckpointCounts counts;
};

CheckpointResult Failed(const std::string& path, const std::string& why) {
  return {.ok = false, .problem = absl::StrCat(path, ": ", why)};
}

bool Put(std::FILE* file, const void* data, std::size_t bytes) {
  return std::fwrite(data, 1, bytes, file) == bytes;
}

}  // namespace

CheckpointResult WriteCheckpoint(const std::string& path, std::uint64_t mark,
                                 const CheckpointCounts& counts,
                                 const std::vector<std::span<const std::uint64_t>>& parts) {
  const std::string beside = path + ".new";
  std::FILE* const file = std::fopen(beside.c_str(), "wb");
  if (file == nullptr) return Failed(beside, std::strerror(errno));
  const Header header{.mark = mark, .counts = counts};
  bool written = Put(file, &header, sizeof header);
  for (const auto& part : parts) written = written && Put(file, part.data(), part.size_bytes());
  written = written && Put(file, &kEndMark, sizeof kEndMark);
  written = std::fclose(file) == 0 && written;
  if (!written || std::rename(beside.c_str(), path.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    std::remove(beside.c_str());
    return Failed(path, absl::StrCat("cannot be written: ", why));
  }
  return {};
}

CheckpointReader::CheckpointReader(const std::string& path, std::uint64_t mark) : path_(path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  file_ = file;
  Header header;
  if (file == nullptr) {
    Fail(std::strerror(errno));
  } else if (std::fread(&header, sizeof header, 1, file) != 1 || header.magic != kMagic) {
    Fail("not a checkpoint of this version of fencepost");
  } else if (header.mark != mark) {
    Fail("the checkpoint is of another model or was made with other options");
  } else {
    counts_ = header.counts;
  }
}

CheckpointReader::~CheckpointReader() {
  if (file_ != nullptr) std::fclose(static_cast<std::FILE*>(file_));
}

void CheckpointReader::Fail(const std::string& why) {
  if (result_.ok) result_ = Failed(path_, why);
}

void CheckpointReader::Read(std::span<std::uint64_t> part) {
  if (!result_.ok || part.empty()) return;
  auto* const file = static_cast<std::FILE*>(file_);
  if (std::fread(part.data(), sizeof(std::uint64_t), part.size(), file) != part.size()) {
    Fail("the checkpoint is truncated");
  }
}

CheckpointResult CheckpointReader::Finish() {
  std::uint64_t end = 0;
  Read({&end, 1});
  if (result_.ok && end != kEndMark) Fail("the checkpoint is damaged");
  return result_;
}

}  // namespace fencepost::models
