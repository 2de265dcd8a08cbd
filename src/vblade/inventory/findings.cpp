#include "vblade/inventory/findings.h"

#include "disk/file_volume.h"
#include "vblade/inventory/interface_choice.h"
#include "vblade/inventory/shared_disks.h"
#include "vblade/serving/export.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

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
config::Problem problem(const config::Server& wanted, std::size_t index, const char* key,
                        config::SourcePosition place, const std::string& message) {
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
        for (const std::string& name : *names) {
          if (std::ranges::find(chosen[i], name) == chosen[i].end()) chosen[i].push_back(name);
        }
      } else if (reported.insert(pattern).second) {
        findings.problems.push_back(interfaces_problem(wanted, i, names.error().message));
      }
    }
    if (chosen[i].empty()) findings.unservable.insert(i);
  }
  return chosen;
}

// What the kernel knows by itself: a file system that does not answer must not hold up a reload.
std::optional<FileId> file_of(const disk::Volume& volume) {
  struct statx known{};
  constexpr unsigned kWanted = STATX_TYPE | STATX_INO;
  if (::statx(volume.fd(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, kWanted, &known) != 0) return std::nullopt;
  struct stat status{};
  status.st_mode = known.stx_mode;
  status.st_dev = makedev(known.stx_dev_major, known.stx_dev_minor);
  status.st_rdev = makedev(known.stx_rdev_major, known.stx_rdev_minor);
  status.st_ino = known.stx_ino;
  return file_id(status);
}

void find_conflicts(const std::vector<OldServer>& servers, const config::Server& wanted, std::size_t index,
                    const std::vector<std::string>& interfaces, const std::optional<FileId>& file,
                    Findings& findings) {
  const config::Export& one = wanted.exports[index];
  const auto of_address = conflicts_of_address(servers, one, interfaces);
  const auto of_file = file ? conflicts_of_file(servers, one, *file) : std::vector<std::string>();
  for (const std::string& reason : of_address)
    findings.problems.push_back(slot_problem(wanted, index, reason));
  for (const std::string& reason : of_file) {
    // A server of both is reported once.
    if (std::find(of_address.begin(), of_address.end(), reason) == of_address.end())
      findings.problems.push_back(path_problem(wanted, index, reason));
  }
  if (!of_address.empty() || !of_file.empty()) findings.unservable.insert(index);
}

Findings check(const config::Server& wanted, Machine& machine) {
  Findings findings;
  std::vector<std::vector<std::string>> interfaces(wanted.exports.size());
  if (const auto present = machine.interfaces()) {
    interfaces = choose_all(wanted, *present, findings);
  } else {
    findings.problems.push_back({wanted.file.string(), 0, 0, present.error().message, ""});
  }
  const std::vector<OldServer> servers = machine.old_servers();
  std::vector<OpenDisk> disks(wanted.exports.size());
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    disk::VolumeOptions options = volume_options(wanted.exports[i]);
    options.force = true;
    const auto volume = disk::FileVolumeOpener().open(options);
    if (!volume) {
      findings.problems.push_back(path_problem(wanted, i, volume.error().message));
      findings.unservable.insert(i);
    }
    if (volume) disks[i].id = file_of(**volume);
    find_conflicts(servers, wanted, i, interfaces[i], wanted.exports[i].force ? std::nullopt : disks[i].id,
                   findings);
  }
  find_shared_disks(wanted, disks, findings);
  find_held_disks(wanted, disks, machine.disk_holders(), findings);
  return findings;
}

}  // namespace vblade
