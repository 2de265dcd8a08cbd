// FakeVolume: a volume without a file, of the size that a test gives it. FakeVolumeOpener opens those that a
// test has put on its paths.
#pragma once

#include "disk/volume.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace disk {

class FakeVolume final : public Volume {
 public:
  // A test sets it; refresh() and path_state() find it.
  struct Disk {
    std::uint64_t sectors = 0;
    PathState place = PathState::same;
    std::string error{};  // why it cannot be opened; empty: it can
    int code = 0;         // of that error
  };

  FakeVolume(const VolumeOptions& options, std::shared_ptr<const Disk> disk)
      : Volume(options), disk_(std::move(disk)) {
    sectors_ = disk_->sectors;
  }
  explicit FakeVolume(std::uint64_t sectors)
      : FakeVolume(VolumeOptions{}, std::make_shared<Disk>(Disk{.sectors = sectors})) {}

  std::vector<int> descriptors() const override { return {}; }
  std::uint64_t sectors_now() const override { return sectors_; }
  bool refresh() override { return std::exchange(sectors_, disk_->sectors) != disk_->sectors; }
  PathState path_state() const override { return disk_->place; }
  PathState path_state_by(const base::Fd&, int) const override { return disk_->place; }

 private:
  std::shared_ptr<const Disk> disk_;
};

class FakeVolumeOpener final : public VolumeOpener {
 public:
  std::map<std::filesystem::path, std::shared_ptr<FakeVolume::Disk>> disks;

  FakeVolume::Disk& put(const std::filesystem::path& path, std::uint64_t sectors) {
    disks[path] = std::make_shared<FakeVolume::Disk>(FakeVolume::Disk{.sectors = sectors});
    return *disks[path];
  }
  base::Result<std::unique_ptr<Volume>> open(const VolumeOptions& options) override {
    const auto found = disks.find(options.path);
    if (found == disks.end()) return base::fail("'{}' does not exist", options.path.string());
    if (!found->second->error.empty()) return base::fail_as(found->second->code, "{}", found->second->error);
    return std::make_unique<FakeVolume>(options, found->second);
  }
};

}  // namespace disk
