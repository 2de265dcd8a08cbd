// Instances: the services that share this machine, each with a file of its own
// (/etc/conf.d/aoe-mount.lab.yaml). `up` leaves a copy of its file in /run, so that `down` knows who else is
// up, and what a file said before somebody changed or removed it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace aoe_mount {

class Instances {
 public:
  explicit Instances(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // A file that a service has brought up is taken down by that service; one that was brought up by hand, by
  // nobody.
  enum class Origin { service, hand };
  void remember(const std::filesystem::path& file, Origin origin) const;
  void forget(const std::filesystem::path& file) const;
  // Lists the files of the others that are up.
  std::vector<std::string> others(const std::filesystem::path& file) const;
  // Lists those of them that will be taken down by their services.
  std::vector<std::string> other_services(const std::filesystem::path& file) const;
  // Returns the path of the copy of a file; it exists while the file is up.
  std::filesystem::path copy_of(const std::filesystem::path& file) const;

 private:
  std::filesystem::path hand_mark_of(const std::filesystem::path& file) const;

  std::filesystem::path folder_;
};

}  // namespace aoe_mount
