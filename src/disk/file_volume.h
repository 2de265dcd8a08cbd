// FileVolume: a file or block device, or a part of one.
#pragma once

#include "disk/volume.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace disk {

// What this process holds against others: block devices exclusively, files by locks on the parts in use.
// All volumes of one file or device share one claim, so that a reload can open the new beside the old.
class Claims {
 public:
  // Held until the last copy of what is returned is gone.
  base::Result<std::shared_ptr<base::Fd>> claim(const VolumeOptions& options, const struct stat& status);

 private:
  std::map<std::pair<dev_t, ino_t>, std::weak_ptr<base::Fd>> held_;
};

class FileVolume final : public Volume {
 public:
  // As VolumeOpener::open().
  static base::Result<FileVolume> open(const VolumeOptions& options, Claims& claims);

  std::vector<int> descriptors() const override;
  std::uint64_t sectors_now() const override;
  bool refresh() override;
  PathState path_state() const override;
  bool replaced() const override;
  PathState path_state_by(const base::Fd& found, int error) const override;

 private:
  explicit FileVolume(const VolumeOptions& options) : Volume(options) {}
  base::Result<> open_file();
  base::Result<> open_for_waiting();
  base::Result<> measure();
  void learn_blocks(const struct stat& status);
  void learn_waiting();
  void map();
  std::uint64_t bytes_now() const;
  std::uint64_t sectors_of(std::uint64_t total_bytes) const;

  std::shared_ptr<base::Fd> claim_;
  std::uint64_t bytes_ = 0;  // of the whole file or device
  dev_t device_ = 0;         // that a file, or a device's node, lies on
  ino_t inode_ = 0;
};

class FileVolumeOpener final : public VolumeOpener {
 public:
  base::Result<std::unique_ptr<Volume>> open(const VolumeOptions& options) override;

 private:
  Claims claims_;
};

}  // namespace disk
