#include "vblade/export.h"

#include <array>
#include <utility>

#include <unistd.h>

namespace vblade {

namespace {

// After an error the disk counts as failing for so long.
constexpr unsigned kFailingSeconds = 60;
// After a line about refusals there is none for so long: who is refused can ask as often as the wire carries.
constexpr unsigned kSilentSeconds = 60;

disk::Durability durability(config::Sync sync) {
  switch (sync) {
    case config::Sync::write:
      return disk::Durability::write;
    case config::Sync::flush:
      return disk::Durability::flush;
    case config::Sync::none:
      return disk::Durability::none;
  }
  return disk::Durability::write;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// A locally assigned name (NAA 3) that stays the same over restarts: FNV-1a of what tells exports apart.
std::uint64_t world_wide_name(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return 3ULL << 60 | hash >> 4;
}

}  // namespace

disk::VolumeOptions volume_options(const config::Export& settings) {
  return {.path = settings.path,
          .read_only = settings.read_only,
          .direct = settings.direct,
          .offset = settings.offset,
          .length = settings.length};
}

Export::Export(const config::Export& settings, disk::Volume open_volume, disk::Engine& engine,
               disk::RequestList& done)
    : volume(std::move(open_volume)), queue(volume, engine, durability(settings.sync), done) {
  target.address = settings.address;
  target.sectors = volume.sectors();
  target.read_only = settings.read_only;
  target.identity.firmware = AOE_VERSION;
  target.identity.physical_block_bytes = volume.physical_block_bytes();
  target.identity.rotational = volume.rotational();
  target.identity.can_trim = volume.can_trim() && !settings.read_only;
  apply(settings);
}

void Export::apply(const config::Export& settings) {
  settings_ = settings;
  drained = false;
  target.buffer_count = settings.buffers;
  target.access = settings.access;
  const std::string name =
      fmt::format("{}.{}:{}", settings.address.shelf, settings.address.slot, host_name());
  target.identity.serial = settings.serial.empty() ? name : settings.serial;
  target.identity.model = settings.model.empty() ? "AoE target vblade" : settings.model;
  target.identity.world_wide_name = world_wide_name(target.identity.serial);
  target.identity.write_cache = settings.sync != config::Sync::write;
  queue.set_durability(durability(settings.sync));
}

bool Export::same_volume(const config::Export& settings) const {
  return settings.path == settings_.path && settings.read_only == settings_.read_only &&
         settings.direct == settings_.direct && settings.offset == settings_.offset &&
         settings.length == settings_.length && volume.place() != disk::Place::other;
}

void Export::take_state(const Export& other) {
  target.config_string = other.target.config_string;
  target.mask = other.target.mask;
  target.reservation = other.target.reservation;
}

void Export::refresh_health() {
  if (std::exchange(errors_seen_, counters.errors) != counters.errors) {
    failing_seconds_ = kFailingSeconds;
  } else if (failing_seconds_ > 0) {
    --failing_seconds_;
  }
  target.failing = queue.flush_failed() || failing_seconds_ > 0;
}

std::optional<Refusals> Export::refusals_to_tell() {
  if (silent_seconds_ > 0) --silent_seconds_;
  if (silent_seconds_ > 0 || counters.refused == refusals_told_) return std::nullopt;
  silent_seconds_ = kSilentSeconds;
  const std::uint64_t before = std::exchange(refusals_told_, counters.refused);
  return Refusals{counters.refused - before, refused_last};
}

bool Export::refresh_size() {
  if (!volume.refresh()) return false;
  target.sectors = volume.sectors();
  return true;
}

bool Export::refresh_place() {
  const disk::Place now = volume.place();
  return std::exchange(place_, now) != now;
}

}  // namespace vblade
