// PathLooker: looks where a path leads, without making its caller wait: the path may lie in a file system
// that does not answer.
#pragma once

#include "base/fd.h"

#include <filesystem>
#include <optional>

namespace vblade {

class PathLooker {
 public:
  struct Seen {
    base::Fd file;  // opened with O_PATH; empty: it could not be
    int error = 0;  // an errno: why not
  };

  virtual ~PathLooker() = default;
  // One at a time: what was not seen yet is given up.
  virtual void look(const std::filesystem::path& path) = 0;
  // What was seen, when it is there.
  virtual std::optional<Seen> take() = 0;
};

}  // namespace vblade
