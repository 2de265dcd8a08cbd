#include "vblade/classic/old_file.h"

#include <algorithm>

namespace vblade {

void OldFile::add_service(std::string text, std::string name, std::string variable, config::Export settings,
                          std::size_t offset) {
  OldPart part{.text = std::move(text), .trailing = {}};
  part.service = OldService{.name = std::move(name),
                            .variable = std::move(variable),
                            .settings = std::move(settings),
                            .place = place(offset),
                            .file = name_,
                            .source_line = source_line(offset)};
  into_.parts.push_back(std::move(part));
}

void OldFile::add_problem(std::size_t offset, std::string message, std::set<std::string> services) {
  const config::SourcePosition at = place(offset);
  into_.problems.push_back({.problem = {name_, at.line, at.column, std::move(message), source_line(offset)},
                            .services = std::move(services)});
}

void OldFile::add_note(std::size_t offset, std::string message, std::set<std::string> services) {
  add_problem(offset, "note: " + std::move(message), std::move(services));
  into_.problems.back().note = true;
}

config::SourcePosition OldFile::place(std::size_t offset) const {
  const std::string_view before = bytes_.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(before.size() - line_start) + 1};
}

std::string OldFile::source_line(std::size_t offset) const {
  const std::size_t start = bytes_.substr(0, offset).rfind('\n') + 1;
  return std::string(bytes_.substr(start, bytes_.find('\n', start) - start));
}

}  // namespace vblade
