// The command line of vblade and vbladed: the classic form, and the one that serves a configuration file.
#pragma once

#include "vblade/classic/classic_form.h"
#include "vblade/classic/old_import.h"

#include <filesystem>
#include <string>
#include <variant>

namespace vblade {

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
  std::variant<Answered, ServeOne, ServeFile, CheckFile, ImportOld> task;
  int notify_fd = -1;            // gets a newline when the server is ready
  std::filesystem::path socket;  // the control socket; empty: none
  std::filesystem::path state;   // where to keep what initiators set; empty: nowhere
  std::string user;              // to become; empty: stay who we are
  unsigned spin = 50;            // microseconds to look for work before sleeping
  bool daemon = false;           // called as vbladed
};

CommandLine parse_command_line(int argc, char** argv);

}  // namespace vblade
