// OldFile: a file of an older target while it is read, and what is found in it.
#pragma once

#include "vblade/classic/old_configuration.h"

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace vblade {

class OldFile {
 public:
  // What is found goes to `into`.
  OldFile(const std::filesystem::path& path, std::string_view bytes, OldConfiguration& into)
      : name_(path.string()), bytes_(bytes), into_(into) {}

  std::string_view bytes() const { return bytes_; }
  const std::string& name() const { return name_; }
  std::string slice(std::size_t begin, std::size_t end) const {
    return std::string(bytes_.substr(begin, end - begin));
  }
  int line_of(std::size_t offset) const { return place(offset).line; }

  void add_part(std::string text) { into_.parts.push_back({.text = std::move(text), .trailing = {}}); }
  void add_trailing(std::string comment) { into_.parts.back().trailing = std::move(comment); }
  // An export, in the place of `text`.
  void add_service(std::string text, std::string name, std::string variable, config::Export settings,
                   std::size_t offset);
  void add_problem(std::size_t offset, std::string message, std::set<std::string> services = {});
  void add_note(std::size_t offset, std::string message, std::set<std::string> services = {});

 private:
  config::SourcePosition place(std::size_t offset) const;
  std::string source_line(std::size_t offset) const;

  std::string name_;
  std::string_view bytes_;
  OldConfiguration& into_;
};

}  // namespace vblade
