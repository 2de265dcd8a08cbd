// Replacement: a file that takes another's place, whole or not at all, with its mode and owner. Gone unless
// put in place.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string_view>

namespace aoe_mount {

// Of the file, which need not be there.
std::filesystem::path folder_of(const std::filesystem::path& file);

class Replacement {
 public:
  // `file` is followed where it is a link; it need not be there yet.
  static base::Result<Replacement> of(const std::filesystem::path& file, std::string_view text);
  ~Replacement();
  Replacement(Replacement&&) noexcept;
  Replacement& operator=(Replacement&&) = delete;

  // Where the new text is until then.
  const std::filesystem::path& path() const { return fresh_; }
  base::Result<> put_in_place();

 private:
  Replacement(std::filesystem::path target, std::filesystem::path fresh)
      : target_(std::move(target)), fresh_(std::move(fresh)) {}

  std::filesystem::path target_;
  std::filesystem::path fresh_;
};

}  // namespace aoe_mount
