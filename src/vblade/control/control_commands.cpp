#include "vblade/control/control_commands.h"

#include "vblade/control/status.h"

#include <algorithm>

namespace vblade {

base::Result<base::Json> ControlCommands::carry_out(const Words& words) {
  if (words[0] == "reload") {
    if (auto reloaded = reload_(); !reloaded) return std::unexpected(reloaded.error());
  } else if (words[0] != "status") {
    if (auto changed = change(words); !changed) return std::unexpected(changed.error());
  }
  return status_of(inventory_);
}

// COMMAND EXPORT [VERB ARGUMENT...]; without a verb nothing is changed.
base::Result<> ControlCommands::change(const Words& words) {
  using Command = base::Result<> (ControlCommands::*)(Export&, const Words&);
  static constexpr std::pair<const char*, Command> kCommands[] = {{"config", &ControlCommands::config},
                                                                  {"mask", &ControlCommands::mask},
                                                                  {"reserve", &ControlCommands::reserve},
                                                                  {"drain", &ControlCommands::drain}};
  const auto command = std::find_if(std::begin(kCommands), std::end(kCommands),
                                    [&](const auto& row) { return words[0] == row.first; });
  if (command == std::end(kCommands))
    return base::fail("this server does not know the command '{}'", words[0]);
  if (words.size() < 2) return base::fail("{} of which export? Name it, as in e1.0", words[0]);
  const auto address = aoe::Address::parse(words[1]);
  if (!address) return std::unexpected(address.error());
  const auto found = inventory_.exports().find(*address);
  if (found == inventory_.exports().end()) return base::fail("{} is not exported here", address->text());
  return (this->*command->second)(*found->second, Words(words.begin() + 2, words.end()));
}

base::Result<> ControlCommands::config(Export& one, const Words& words) {
  if (words.empty()) return {};
  if (words[0] == "clear" && words.size() == 1) {
    one.target.config_string.clear();
  } else if (words[0] == "set" && words.size() == 2) {
    if (words[1].size() > aoe::kMaxConfigString) {
      return base::fail("a config string of {} bytes is too long: at most {}", words[1].size(),
                        aoe::kMaxConfigString);
    }
    const auto bytes = std::as_bytes(std::span(words[1]));
    one.target.config_string.assign(bytes.begin(), bytes.end());
  } else {
    return base::fail("config knows 'set TEXT' and 'clear'");
  }
  changed_(one);
  return {};
}

base::Result<> ControlCommands::mask(Export& one, const Words& words) {
  if (words.empty()) return {};
  auto& mask = one.target.mask;
  const auto macs = base::MacAddress::parse_all(std::span(words).subspan(1));
  if (words[0] == "clear" && words.size() == 1) {
    mask.clear();
  } else if ((words[0] == "add" || words[0] == "remove") && words.size() > 1) {
    if (!macs) return std::unexpected(macs.error());
    auto wanted = mask;
    for (const auto& mac : *macs) {
      std::erase(wanted, mac);
      if (words[0] == "add") wanted.push_back(mac);
    }
    if (wanted.size() > aoe::kMaxMask)
      return base::fail("a mask list holds at most {} addresses", aoe::kMaxMask);
    mask = std::move(wanted);
  } else {
    return base::fail("mask knows 'add MAC...', 'remove MAC...' and 'clear'");
  }
  changed_(one);
  return {};
}

base::Result<> ControlCommands::reserve(Export& one, const Words& words) {
  if (words.empty()) return {};
  if (words[0] == "clear" && words.size() == 1) {
    one.target.reservation.clear();
  } else if (words[0] == "set" && words.size() > 1) {
    const auto macs = base::MacAddress::parse_all(std::span(words).subspan(1));
    if (!macs) return std::unexpected(macs.error());
    if (macs->size() > aoe::kMaxReservation) {
      return base::fail("a reservation holds at most {} addresses", aoe::kMaxReservation);
    }
    one.target.reservation = *macs;
  } else {
    return base::fail("reserve knows 'set MAC...' and 'clear'");
  }
  changed_(one);
  return {};
}

base::Result<> ControlCommands::drain(Export& one, const Words& words) {
  if (!words.empty()) return base::fail("drain takes nothing but the export");
  inventory_.drain(one);
  return {};
}

}  // namespace vblade
