// A new, empty folder that goes away with its owner.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace fencepost::store_sqlite_test {

class Folder {
 public:
  Folder() {
    std::string text = (std::filesystem::temp_directory_path() / "fencepost-XXXXXX").string();
    if (mkdtemp(text.data()) == nullptr) throw std::runtime_error("cannot make a folder");
    path_ = text;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace fencepost::store_sqlite_test
