#include "vblade/classic/old_server.h"

#include "base/number.h"
#include "config/overlap.h"
#include "vblade/classic/classic_form.h"

#include <algorithm>
#include <optional>

#include <fmt/ranges.h>

namespace vblade {

namespace {

constexpr std::size_t kArguments = 4;  // SHELF SLOT NETIF FILE

// Options that we do not know are none that make it another disk or address.
std::optional<config::Export> settings_of(const OldServer& server) {
  auto task = read_classic_form(server.words, server.directory);
  if (!task && server.words.size() > kArguments)
    task = read_classic_form({server.words.end() - kArguments, server.words.end()}, server.directory);
  if (!task) return std::nullopt;
  return task->server.exports.front();
}

bool has_file(const OldServer& server, const config::Export& settings, const FileId& id) {
  if (server.files_are_known)
    return std::find(server.files.begin(), server.files.end(), id) != server.files.end();
  struct stat status{};
  return ::stat(settings.path.c_str(), &status) == 0 && file_id(status) == id;
}

bool same_bytes(const config::Export& a, const config::Export& b) {
  return !config::find_overlaps({{0, "", a.offset, a.length}, {1, "", b.offset, b.length}}).empty();
}

std::string message(const OldServer& server, const config::Export& settings) {
  return fmt::format("process {}, an old vblade, serves {} on {} from '{}': end it with '{}'", server.pid,
                     settings.address.text(), fmt::join(settings.interfaces, ","), settings.path.string(),
                     server.stop);
}

// A field of a packed server: what it is, and its value, which holds no NUL.
void pack(std::string& text, char what, std::string_view value) {
  text += what;
  text += value;
  text += '\0';
}

void unpack(OldServer& server, char what, std::string_view value) {
  const std::size_t colon = value.find(':');
  switch (what) {
    case 'p':
      server.pid = static_cast<pid_t>(base::parse_number(value).value_or(0));
      break;
    case 'w':
      server.words.emplace_back(value);
      break;
    case 'd':
      server.directory = value;
      break;
    case 'k':
      server.files_are_known = true;
      break;
    case 'n':
      server.in_this_network = false;
      break;
    case 's':
      server.stop = value;
      break;
    case 'f':
      if (colon != value.npos)
        server.files.emplace_back(base::parse_number(value.substr(0, colon)).value_or(0),
                                  base::parse_number(value.substr(colon + 1)).value_or(0));
      break;
    default:
      break;
  }
}

}  // namespace

FileId file_id(const struct stat& status) {
  return S_ISBLK(status.st_mode) ? FileId{status.st_rdev, 0} : FileId{status.st_dev, status.st_ino};
}

std::string packed(const std::vector<OldServer>& servers) {
  std::string text;
  for (const OldServer& server : servers) {
    pack(text, 'p', fmt::to_string(server.pid));
    for (const std::string& word : server.words) pack(text, 'w', word);
    pack(text, 'd', server.directory);
    if (server.files_are_known) pack(text, 'k', "");
    if (!server.in_this_network) pack(text, 'n', "");
    for (const FileId& id : server.files) pack(text, 'f', fmt::format("{}:{}", id.first, id.second));
    pack(text, 's', server.stop);
  }
  return text;
}

std::vector<OldServer> unpacked(std::string_view text) {
  std::vector<OldServer> servers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    const char what = text.front();
    if (what == 'p') servers.emplace_back();
    if (!servers.empty() && end > 0) unpack(servers.back(), what, text.substr(1, end - 1));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return servers;
}

std::vector<std::string> conflicts_of_address(const std::vector<OldServer>& servers,
                                              const config::Export& wanted,
                                              const std::vector<std::string>& interfaces) {
  std::vector<std::string> reasons;
  for (const OldServer& server : servers) {
    const auto settings = settings_of(server);
    if (!settings || !server.in_this_network || settings->address != wanted.address) continue;
    const bool shared = std::any_of(interfaces.begin(), interfaces.end(), [&](const std::string& name) {
      return std::find(settings->interfaces.begin(), settings->interfaces.end(), name) !=
             settings->interfaces.end();
    });
    if (shared) reasons.push_back(message(server, *settings));
  }
  return reasons;
}

std::vector<std::string> conflicts_of_file(const std::vector<OldServer>& servers,
                                           const config::Export& wanted, const FileId& id) {
  std::vector<std::string> reasons;
  for (const OldServer& server : servers) {
    const auto settings = settings_of(server);
    if (!settings || (settings->read_only && wanted.read_only)) continue;
    if (has_file(server, *settings, id) && same_bytes(*settings, wanted))
      reasons.push_back(message(server, *settings));
  }
  return reasons;
}

}  // namespace vblade
