// Place: where something stands in a file.
#pragma once

namespace config {

struct Place {
  int line = 0;    // from 1
  int column = 0;  // from 1, in bytes
};

}  // namespace config
