// The classic form: vblade [-b N] [-d] [-s] [-r] [-m MAC[,MAC...]] [-o N] [-l N] SHELF SLOT NETIF FILE. The
// command line has it, and so do the configuration files of older targets.
#pragma once

#include "base/mac_address.h"
#include "base/result.h"
#include "cli/options.h"
#include "config/server_config.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace vblade {

struct ServeOne {
  config::Server server;  // of one export and no file
  std::vector<base::MacAddress> mask;
  bool force = false;
};

// The words before they are understood.
struct ClassicWords {
  std::string shelf, slot, interface, path;
  std::string buffers, offset, length;
  std::vector<std::string> mask;
  bool direct = false, synchronous = false, read_only = false, force = false;
};

// An option, and what a configuration file calls it.
struct ClassicOption {
  const char* name;
  const char* key;
};
std::span<const ClassicOption> classic_options();

// Lets `options` read these words.
void add_classic_form(cli::Options& options, ClassicWords& words);

// A path that is relative begins in `directory`.
base::Result<ServeOne> understand(const ClassicWords& words, const std::filesystem::path& directory);

// The same of words that another target was given.
base::Result<ServeOne> read_classic_form(const std::vector<std::string>& words,
                                         const std::filesystem::path& directory);

}  // namespace vblade
