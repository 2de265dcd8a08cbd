// FileReplacement: a file that takes another's place, whole or not at all, and is on stable storage when it
// has. A power cut or kill -9 leaves one of the two.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace base {

// The directory of the file, which need not exist.
std::filesystem::path folder_of(const std::filesystem::path& file);

class FileReplacement {
 public:
  struct Form {
    mode_t mode = 0644;
    // If there is a file already: the replacement gets its mode and owner. A link is followed.
    bool like_before = false;
    // For a writer who is alone: the new file has this behind its name, so that the leftover of a run that
    // was killed is overwritten by the next one. Empty: a hidden name that is new.
    std::string suffix{};
  };

  // Writes the new file next to `file`, which need not exist. It is removed again unless it is put in place.
  static Result<FileReplacement> write(const std::filesystem::path& file, std::string_view text,
                                       const Form& form);
  ~FileReplacement();
  FileReplacement(FileReplacement&& other) noexcept;
  FileReplacement& operator=(FileReplacement&&) = delete;

  // The new file, until then.
  const std::filesystem::path& path() const { return fresh_; }
  Result<> put_in_place();
  // False: something has this name already, and stays as it is.
  Result<bool> put_in_free_place();

 private:
  FileReplacement(std::filesystem::path target, std::filesystem::path fresh)
      : target_(std::move(target)), fresh_(std::move(fresh)) {}

  std::filesystem::path target_;
  std::filesystem::path fresh_;
};

}  // namespace base
