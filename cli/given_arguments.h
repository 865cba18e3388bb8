// A command line after its syntax was checked: which command, and the texts it was given.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::cli {

struct GivenArguments {
  std::vector<std::string> names;                              // in order, without dashes
  std::map<std::string, std::string, std::less<>> options;     // "--seeds" -> "1..5"; a flag -> ""
  std::map<std::string, std::string, std::less<>> parameters;  // "workers" -> "2"

  bool Has(std::string_view option) const { return options.find(option) != options.end(); }
  // Null if it was not given.
  const std::string* Find(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? nullptr : &found->second;
  }
};

}  // namespace fencepost::cli
