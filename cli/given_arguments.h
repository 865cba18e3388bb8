// A command line after its syntax was checked, still as texts. Only the parser (command_line.cc)
// and the tables of options (command.h) see it: a command gets typed options.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fencepost::cli {

struct GivenArguments {
  std::vector<std::string> names;                              // in order, without dashes
  std::map<std::string, std::string, std::less<>> options;     // "--seeds" -> "1..5"; a flag -> ""
  std::map<std::string, std::string, std::less<>> parameters;  // "workers" -> "2"
};

}  // namespace fencepost::cli
