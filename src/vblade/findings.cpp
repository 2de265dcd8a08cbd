#include "vblade/findings.h"

#include "disk/volume.h"
#include "vblade/export.h"
#include "vblade/interface_choice.h"

#include <filesystem>
#include <fstream>

namespace vblade {

namespace {

std::string line_of(const std::filesystem::path& file, int number) {
  std::ifstream in(file);
  std::string line;
  for (int i = 0; i < number && std::getline(in, line); ++i) {
  }
  return line;
}

// A problem found when an export of the file is brought into being, at the place of the key that it is about.
config::Problem problem(const config::Server& wanted, std::size_t index, const char* key, config::Place place,
                        const std::string& message) {
  if (wanted.file.empty()) return {"", 0, 0, message, ""};
  return {wanted.file.string(), place.line, place.column,
          fmt::format("exports[{}].{}: {}", index, key, message), line_of(wanted.file, place.line)};
}

}  // namespace

config::Problem path_problem(const config::Server& wanted, std::size_t index, const std::string& message) {
  return problem(wanted, index, "path", wanted.exports[index].path_place, message);
}
config::Problem interfaces_problem(const config::Server& wanted, std::size_t index,
                                   const std::string& message) {
  return problem(wanted, index, "interfaces", wanted.exports[index].interfaces_place, message);
}

config::Problem slot_problem(const config::Server& wanted, std::size_t index, const std::string& message) {
  return problem(wanted, index, "slot", wanted.exports[index].slot_place, message);
}

std::vector<std::vector<std::string>> choose_all(const config::Server& wanted,
                                                 const std::vector<net::Interface>& present,
                                                 Findings& findings) {
  std::vector<std::vector<std::string>> chosen(wanted.exports.size());
  std::set<std::string> reported;
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    for (const std::string& pattern : wanted.exports[i].interfaces) {
      const auto names = choose_interfaces(present, pattern);
      if (names) {
        chosen[i].insert(chosen[i].end(), names->begin(), names->end());
      } else if (reported.insert(pattern).second) {
        findings.problems.push_back(interfaces_problem(wanted, i, names.error().message));
      }
    }
    if (chosen[i].empty()) findings.hopeless.insert(i);
  }
  return chosen;
}

Findings check(const config::Server& wanted, Machine& machine) {
  Findings findings;
  if (const auto present = machine.interfaces()) {
    (void)choose_all(wanted, *present, findings);
  } else {
    findings.problems.push_back({wanted.file.string(), 0, 0, present.error().message, ""});
  }
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    disk::VolumeOptions options = volume_options(wanted.exports[i]);
    options.force = true;
    disk::Claims claims;
    const auto volume = disk::Volume::open(options, claims);
    if (volume) continue;
    findings.problems.push_back(path_problem(wanted, i, volume.error().message));
    findings.hopeless.insert(i);
  }
  return findings;
}

}  // namespace vblade
