// TextTable: rows in columns that line up, for people at a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace base {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column; missing cells are empty, extra ones are dropped.
  void add_row(std::vector<std::string> cells);
  // Header and rows, each line ending in a newline, no trailing blanks. Widths count UTF-8 characters.
  std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace base
