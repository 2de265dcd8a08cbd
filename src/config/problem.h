// What is wrong with a configuration file, all of it at once, each with its place.
#pragma once

#include <string>
#include <vector>

namespace config {

struct Problem {
  std::string file;
  int line = 0;             // from 1; 0: the whole file
  int column = 0;           // from 1
  std::string message;      // "exports[2].slot: 300 is not in 0..254"
  std::string source_line;  // as written, for the caret
};

// For each problem "vblade.yaml:12:11: exports[2].slot: 300 is not in 0..254", the source line, a caret.
std::string report(const std::vector<Problem>& problems);

}  // namespace config
