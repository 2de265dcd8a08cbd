// FakePathLooker: sees what a test says, when it says so.
#pragma once

#include "vblade/process/path_looker.h"

#include <filesystem>
#include <optional>
#include <utility>

class FakePathLooker : public vblade::PathLooker {
 public:
  std::filesystem::path asked;  // the last one
  bool answers = true;          // at once

  void look(const std::filesystem::path& path) override {
    asked = path;
    if (answers) seen_.emplace();
  }
  std::optional<Seen> take() override { return std::exchange(seen_, std::nullopt); }

 private:
  std::optional<Seen> seen_;
};
