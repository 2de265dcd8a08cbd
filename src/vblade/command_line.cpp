#include "vblade/command_line.h"

#include "base/number.h"
#include "base/units.h"
#include "base/version.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace vblade {

namespace {

constexpr std::uint16_t kDefaultBuffers = 16;
constexpr std::uint64_t kMaxSectors = std::uint64_t{1} << 54;  // their bytes still fit 63 bits

// What the words are before they are understood.
struct Words {
  std::string shelf, slot, interface, path;
  std::string buffers, offset, length;
  std::vector<std::string> mask;
  bool direct = false, synchronous = false, read_only = false, force = false;
};

// What an option of the classic form is called in a configuration file.
struct ClassicOption {
  const char* name;
  const char* key;
};
constexpr ClassicOption kClassicOptions[] = {
    {"-b", "buffers: N"},   {"-d", "direct: true"},    {"-l", "length: SIZE"}, {"-m", "allow: [MAC, ...]"},
    {"-o", "offset: SIZE"}, {"-r", "read-only: true"}, {"-s", "sync: write"},  {"--force", "force: true"},
};

// Decimal or, as always on this command line, hexadecimal with 0x.
std::optional<std::uint64_t> number(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return base::parse_number(text);
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Result<std::uint64_t> number_in(const char* what, const std::string& text, std::uint64_t least,
                                      std::uint64_t most) {
  const auto value = number(text);
  if (!value || *value < least || *value > most)
    return base::fail("{} '{}' is not in {}..{}", what, text, least, most);
  return *value;
}

base::Result<std::vector<base::MacAddress>> read_mask(const std::vector<std::string>& lists) {
  std::vector<base::MacAddress> macs;
  for (const std::string& list : lists) {
    for (const std::string& text : CLI::detail::split(list, ',')) {
      const auto mac = base::MacAddress::parse(text);
      if (!mac) return std::unexpected(mac.error());
      macs.push_back(*mac);
    }
  }
  if (macs.size() > aoe::kMaxMask) {
    return base::fail("{} MAC addresses with -m are too many: at most {}", macs.size(), aoe::kMaxMask);
  }
  return macs;
}

base::Result<ServeOne> understand(const Words& words) {
  const auto shelf = number_in("shelf", words.shelf, 0, aoe::Address::kMaxShelf);
  if (!shelf) return std::unexpected(shelf.error());
  const auto slot = number_in("slot", words.slot, 0, aoe::Address::kMaxSlot);
  if (!slot) return std::unexpected(slot.error());
  config::Export one;
  one.address = {static_cast<std::uint16_t>(*shelf), static_cast<std::uint8_t>(*slot)};
  one.path = std::filesystem::absolute(words.path).lexically_normal();
  one.interfaces = CLI::detail::split(words.interface, ',');
  one.read_only = words.read_only;
  one.direct = words.direct;
  one.sync = words.synchronous ? config::Sync::write : config::Sync::flush;
  one.buffers = kDefaultBuffers;
  if (!words.buffers.empty()) {
    const auto buffers = number_in("bufcnt", words.buffers, 1, 0xffff);
    if (!buffers) return std::unexpected(buffers.error());
    one.buffers = static_cast<std::uint16_t>(std::max<std::uint64_t>(*buffers, 2));  // with 1, Linux hangs
  }
  if (!words.offset.empty()) {
    const auto sectors = number_in("offset", words.offset, 0, kMaxSectors);
    if (!sectors) return std::unexpected(sectors.error());
    one.offset = *sectors * base::kSectorBytes;
  }
  if (!words.length.empty()) {
    const auto sectors = number_in("length", words.length, 1, kMaxSectors);
    if (!sectors) return std::unexpected(sectors.error());
    one.length = *sectors * base::kSectorBytes;
  }
  auto mask = read_mask(words.mask);
  if (!mask) return std::unexpected(mask.error());
  ServeOne task;
  task.server.exports.push_back(std::move(one));
  task.mask = std::move(*mask);
  task.force = words.force;
  return task;
}

void print_usage(std::FILE* to, const std::string& program) {
  fmt::print(to,
             "usage: {0} [-b bufcnt] [-o offset] [-l length] [-d] [-s] [-r] [-m mac[,mac...]] shelf slot "
             "netif filename\n"
             "       {0} --config FILE [--socket PATH] [--state DIR] [--user NAME] [--spin MICROSECONDS]\n"
             "              [--notify-fd N]\n"
             "       {0} --check FILE\n",
             program);
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine line;
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "vblade").filename().string();
  line.daemon = program == "vbladed";
  Words words;
  std::string config_file, check_file, socket, state;
  bool help = false, version = false;
  CLI::App app;
  app.set_help_flag();
  app.add_flag("-h,--help", help);
  app.add_flag("-V,--version", version);
  app.add_option("--config", config_file);
  app.add_option("--check", check_file);
  app.add_option("--socket", socket);
  app.add_option("--notify-fd", line.notify_fd)->check(CLI::Range(0, 1 << 20));
  app.add_option("--state", state);
  app.add_option("--user", line.user);
  app.add_option("--spin", line.spin)->check(CLI::Range(0, 1'000'000));
  app.add_option("-b", words.buffers);
  app.add_option("-o", words.offset);
  app.add_option("-l", words.length);
  app.add_option("-m", words.mask)->allow_extra_args(false);  // or it takes the shelf, too
  app.add_flag("-d", words.direct);
  app.add_flag("-s", words.synchronous);
  app.add_flag("-r", words.read_only);
  app.add_flag("--force", words.force);
  app.add_option("shelf", words.shelf);
  app.add_option("slot", words.slot);
  app.add_option("netif", words.interface);
  app.add_option("filename", words.path);

  const auto mistake = [&](const std::string& message) {
    if (!message.empty()) fmt::print(stderr, "{}: {}\n", program, message);
    print_usage(stderr, program);
    line.task = Answered{1};
    return line;
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return mistake(error.what());
  }
  if (help || version) {
    if (help) print_usage(stdout, program);
    if (version) fmt::print("vblade {}\n", base::version());
    line.task = Answered{0};
    return line;
  }
  line.socket = socket;
  line.state = state;
  const bool classic = !words.shelf.empty();
  if ((classic ? 1 : 0) + (config_file.empty() ? 0 : 1) + (check_file.empty() ? 0 : 1) != 1)
    return mistake("");
  for (const ClassicOption& option : kClassicOptions) {
    if (classic || app.count(option.name) == 0) continue;
    return mistake(fmt::format("{} is for the classic form alone: write '{}' in the configuration file",
                               option.name, option.key));
  }
  if (!check_file.empty()) {
    line.task = CheckFile{check_file};
  } else if (!config_file.empty()) {
    if (socket.empty()) line.socket = "/run/vblade/vblade.sock";
    if (state.empty()) line.state = "/var/lib/vblade";
    line.task = ServeFile{config_file};
  } else {
    if (words.path.empty()) return mistake("");
    auto task = understand(words);
    if (!task) return mistake(task.error().message);
    line.task = std::move(*task);
  }
  return line;
}

}  // namespace vblade
