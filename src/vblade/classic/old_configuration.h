// The configuration of an older target, whose options are those of the classic form:
//
//   /etc/conf.d/vblade                      vblade-25 of ::gentoo: config_NAME="[-r ...] SHELF SLOT NETIF
//   FILE" /etc/vblade.conf.d/NAME.conf            Debian's vblade: shelf=, slot=, netif=, filename=, options=
//   /var/lib/vblade-persist/vblades/eX.Y    vblade-persist: a file for each value in env/, one for each
//   client in macs/
//
// It is read and never changed.
#pragma once

#include "base/result.h"
#include "config/problem.h"
#include "config/server_config.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vblade {

// One service of the old target.
struct OldService {
  std::string name;      // "vblade0", for the service vblade.vblade0
  std::string variable;  // "config_vblade0"; empty: it has a file or directory of its own
  config::Export settings;
  config::SourcePosition place;  // of its value; line 0: all of `file`
  std::string file;              // or the directory
  std::string source_line;       // of that place
};

// Something of an old file, in the order of the file.
struct OldPart {
  std::string text;      // as written; a comment with its #; empty for a blank line
  std::string trailing;  // the comment behind it, with its #
  std::optional<OldService> service{};
};

struct OldProblem {
  config::Problem problem;
  std::set<std::string> services{};  // that it concerns
  bool note = false;                 // everything is imported all the same
};

struct OldConfiguration {
  std::vector<OldPart> parts;
  std::vector<OldProblem> problems;
};

// `path` is any of these files, or a directory of the latter two. Fails when it cannot be read.
base::Result<OldConfiguration> read_old_configuration(const std::filesystem::path& path);

}  // namespace vblade
