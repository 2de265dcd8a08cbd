// The fuzzer's bytes as a file with a path, for readers that open one. In memory: no disk is worn.
#pragma once

#include "base/fd.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {

class FileInput {
 public:
  FileInput(const std::uint8_t* data, std::size_t size) : fd_(::memfd_create("input", MFD_CLOEXEC)) {
    if (!fd_ || ::write(fd_.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  base::Fd fd_;
};

}  // namespace fuzz
