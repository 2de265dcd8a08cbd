#include "base/text_table.h"

#include <gtest/gtest.h>

TEST(TextTable, ColumnsLineUp) {
  base::TextTable table({{"export"}, {"size", base::Align::right}, {"path"}});
  table.add_row({"e1.0", "10.0 GiB", "/srv/é.img"});
  table.add_row({"e10.15", "512 B", "/dev/sda"});
  EXPECT_EQ(table.text(),
            "export      size  path\n"
            "e1.0    10.0 GiB  /srv/é.img\n"
            "e10.15     512 B  /dev/sda\n");
}

TEST(TextTable, MissingCellsAreEmptyAndLinesHaveNoTrailingBlanks) {
  base::TextTable table({{"a"}, {"b"}});
  table.add_row({"x"});
  EXPECT_EQ(table.text(), "a  b\nx\n");
}
