// YamlFile: a configuration file of one test, named "t.yaml" in messages.
#pragma once

#include "config/problem.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tests {

class YamlFile {
 public:
  explicit YamlFile(std::string_view text) {
    std::string name = (std::filesystem::temp_directory_path() / "config_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
    std::ofstream(path(), std::ios::binary) << text;
  }
  ~YamlFile() { std::filesystem::remove_all(folder_); }
  YamlFile(const YamlFile&) = delete;
  YamlFile& operator=(const YamlFile&) = delete;

  std::filesystem::path path() const { return folder_ / "t.yaml"; }
  // The report with the folder taken out of it.
  std::string report(const std::vector<config::Problem>& problems) const {
    std::string text = config::report(problems);
    const std::string prefix = folder_.string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace tests
