#include "vblade/serving/export.h"

#include "base/version.h"
#include "vblade/serving/serial.h"
#include "vblade/serving/translate.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace vblade {

namespace {

// After an error the disk counts as failing for so long.
constexpr unsigned kFailingSeconds = 60;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

const char* noun(disk::Command command) {
  switch (command) {
    case disk::Command::read:
      return "read";
    case disk::Command::write:
      return "write";
    case disk::Command::flush:
      return "flush";
    case disk::Command::trim:
      return "TRIM";
    case disk::Command::verify:
      return "verification";
  }
  return "request";
}

}  // namespace

std::string DiskErrors::text() const {
  const std::string where = sectors == 0 ? "" : fmt::format(" of {} sectors at {}", sectors, sector);
  return fmt::format("the disk failed {} request{}, the last a {}{}: {}", count, count == 1 ? "" : "s",
                     noun(command), where, std::generic_category().message(error));
}

disk::VolumeOptions volume_options(const config::Export& settings) {
  return {.path = settings.path,
          .read_only = settings.read_only,
          .direct = settings.direct,
          .offset = settings.offset,
          .length = settings.length,
          .force = settings.force};
}

Export::Export(const config::Export& settings, std::unique_ptr<disk::Volume> open_volume,
               disk::Engine& engine, disk::RequestList& done)
    : volume(std::move(open_volume)), queue(*volume, engine, durability(settings.sync), done) {
  target.address = settings.address;
  target.sectors = volume->sectors();
  target.read_only = settings.read_only;
  target.identity.firmware = base::release();
  target.identity.physical_block_bytes = volume->physical_block_bytes();
  target.identity.rotational = volume->rotational();
  target.identity.can_trim = volume->can_trim() && !settings.read_only;
  apply(settings);
}

void Export::apply(const config::Export& settings) {
  settings_ = settings;
  drained = false;
  target.buffer_count = settings.buffers;
  target.access = settings.access;
  limiter.configure(settings.limit, settings.client_limit);
  target.identity.serial =
      settings.serial.empty() ? default_serial(settings.address, host_name()) : settings.serial;
  target.identity.model = settings.model.empty() ? "AoE target vblade" : settings.model;
  target.identity.world_wide_name = world_wide_name(target.identity.serial);
  target.identity.write_cache = settings.sync != config::Sync::write;
  queue.set_window(settings.buffers);
  queue.set_durability(durability(settings.sync));
}

bool Export::same_volume(const config::Export& settings) const {
  return settings.path == settings_.path && settings.read_only == settings_.read_only &&
         settings.direct == settings_.direct && settings.force == settings_.force &&
         settings.offset == settings_.offset && settings.length == settings_.length && !volume->replaced();
}

bool Export::note_error(const disk::Request& request) {
  if (request.command == disk::Command::trim && request.error == EOPNOTSUPP) {
    target.identity.can_trim = false;
    return false;
  }
  ++counters.errors;
  ++failed_requests_;
  last_error_ = {.command = request.command,
                 .sector = request.sector,
                 .sectors = request.sectors,
                 .error = request.error};
  failing_seconds_ = kFailingSeconds;
  target.failing = true;
  return true;
}

void Export::write_back() {
  if (volume->is_device() && !volume->read_only()) queue.write_back();
}

void Export::refresh_health() {
  const std::uint64_t losses = queue.losses().count;
  counters.errors += losses - std::exchange(losses_, losses);
  if (failing_seconds_ > 0) --failing_seconds_;
  const bool is_owing = losses > 0 && queue.loss_record().has_debts();
  target.failing = queue.flush_failed() || failing_seconds_ > 0 || is_owing;
}

std::optional<std::string> Export::losses_to_tell() {
  if (!told_losses_.due(queue.losses().count)) return std::nullopt;
  return fmt::format(
      "acknowledged data did not reach the disk: {}; the clients that wrote since the last good flush get an "
      "error at their next one",
      std::generic_category().message(queue.losses().error));
}

std::optional<DiskErrors> Export::errors_to_tell() {
  const auto count = errors_.due(failed_requests_);
  if (!count) return std::nullopt;
  DiskErrors errors = last_error_;
  errors.count = *count;
  return errors;
}

std::optional<Refusals> Export::refusals_to_tell() {
  const auto count = refusals_.due(counters.refused);
  if (!count) return std::nullopt;
  return Refusals{*count, refused_last};
}

bool Export::refresh_size() {
  if (!volume->refresh()) return false;
  target.sectors = volume->sectors();
  return true;
}

}  // namespace vblade
