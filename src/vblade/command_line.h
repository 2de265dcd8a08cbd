// The command line of vblade and vbladed: the classic form, and the one that serves a configuration file.
#pragma once

#include "base/mac_address.h"
#include "config/server_config.h"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace vblade {

// vblade [-b N] [-d] [-s] [-r] [-m MAC[,MAC...]] [-o N] [-l N] SHELF SLOT NETIF FILE
struct ServeOne {
  config::Server server;  // of one export and no file
  std::vector<base::MacAddress> mask;
  bool force = false;
};
// vblade --config FILE
struct ServeFile {
  std::filesystem::path file;
};
// vblade --check FILE
struct CheckFile {
  std::filesystem::path file;
};
// It is answered already: --help, --version, or a mistake.
struct Answered {
  int status = 0;
};

struct CommandLine {
  std::variant<Answered, ServeOne, ServeFile, CheckFile> task;
  int notify_fd = -1;            // gets a newline when the server is ready
  std::filesystem::path socket;  // the control socket; empty: none
  std::filesystem::path state;   // where to keep what initiators set; empty: nowhere
  std::string user;              // to become; empty: stay who we are
  unsigned spin = 50;            // microseconds to look for work before sleeping
  bool daemon = false;           // called as vbladed
};

CommandLine parse_command_line(int argc, char** argv);

}  // namespace vblade
