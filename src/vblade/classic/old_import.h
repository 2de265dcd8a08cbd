// vblade --import: the configuration of an older target as vblade.yaml(5) has it.
#pragma once

#include "vblade/classic/old_configuration.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace vblade {

// vblade --import [FILE] [--into DIR [--only NAME]]
struct ImportOld {
  std::filesystem::path from;
  std::filesystem::path into;  // empty: one file on standard output
  std::string only;            // empty: every service
};

// One vblade.yaml for all services. A service that cannot be in one file with the others is a comment, and
// its reason comes to `old.problems`.
std::string yaml_of(OldConfiguration& old, const std::filesystem::path& from);

// The vblade.NAME.yaml of the service in this part, with the comments that are directly above it.
std::string yaml_of_service(const OldConfiguration& old, std::size_t part);

// Prints, and returns the exit status.
int import_old(const ImportOld& task);

}  // namespace vblade
