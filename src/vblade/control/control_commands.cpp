#include "vblade/control/control_commands.h"

#include "vblade/control/status.h"

#include <algorithm>

namespace vblade {

void ControlCommands::carry_out(const Words& words, const Answer& answer) {
  base::Result<> done;
  if (words[0] == "reload") {
    done = reload_();
  } else if (words[0] == "drain") {
    done = drain(words);
  } else if (words[0] != "status") {
    done = set(words, answer);
    if (done) return;
  }
  if (!done) return answer(std::unexpected(done.error()));
  answer(status_of(inventory_));
}

// COMMAND EXPORT [VERB ARGUMENT...]; without a verb nothing is changed.
base::Result<> ControlCommands::set(const Words& words, const Answer& answer) {
  using Command = base::Result<> (*)(aoe::TargetState&, const Words&);
  static constexpr std::pair<const char*, Command> kCommands[] = {{"config", &ControlCommands::config},
                                                                  {"mask", &ControlCommands::mask},
                                                                  {"reserve", &ControlCommands::reserve}};
  const auto command = std::find_if(std::begin(kCommands), std::end(kCommands),
                                    [&](const auto& row) { return words[0] == row.first; });
  if (command == std::end(kCommands))
    return base::fail("this server does not know the command '{}'", words[0]);
  const auto found = export_of(words);
  if (!found) return std::unexpected(found.error());
  Export& exported = **found;
  const Words rest(words.begin() + 2, words.end());
  if (!rest.empty()) {
    aoe::TargetState state = keeper_.wanted(exported);
    if (auto changed = command->second(state, rest); !changed) return changed;
    keeper_.change(exported, std::move(state));
  }
  if (rest.empty() || !keeper_.is_pending(exported)) {
    answer(status_of(inventory_));
    return {};
  }
  keeper_.when_kept(exported, [this, answer](const base::Result<>& kept) {
    if (!kept) return answer(std::unexpected(kept.error()));
    answer(status_of(inventory_));
  });
  return {};
}

base::Result<Export*> ControlCommands::export_of(const Words& words) const {
  if (words.size() < 2) return base::fail("{} of which export? Name it, as in e1.0", words[0]);
  const auto address = aoe::Address::parse(words[1]);
  if (!address) return std::unexpected(address.error());
  Export* found = inventory_.find(*address);
  if (found == nullptr) return base::fail("{} is not exported here", address->text());
  return found;
}

base::Result<> ControlCommands::config(aoe::TargetState& state, const Words& words) {
  if (words[0] == "clear" && words.size() == 1) {
    state.config_string.clear();
  } else if (words[0] == "set" && words.size() == 2) {
    if (words[1].size() > aoe::kMaxConfigString) {
      return base::fail("a config string of {} bytes is too long: at most {}", words[1].size(),
                        aoe::kMaxConfigString);
    }
    const auto bytes = std::as_bytes(std::span(words[1]));
    state.config_string.assign(bytes.begin(), bytes.end());
  } else {
    return base::fail("config knows 'set TEXT' and 'clear'");
  }
  return {};
}

base::Result<> ControlCommands::mask(aoe::TargetState& state, const Words& words) {
  auto& mask = state.mask;
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
  return {};
}

base::Result<> ControlCommands::reserve(aoe::TargetState& state, const Words& words) {
  if (words[0] == "clear" && words.size() == 1) {
    state.reservation.clear();
  } else if (words[0] == "set" && words.size() > 1) {
    const auto macs = base::MacAddress::parse_all(std::span(words).subspan(1));
    if (!macs) return std::unexpected(macs.error());
    if (macs->size() > aoe::kMaxReservation) {
      return base::fail("a reservation holds at most {} addresses", aoe::kMaxReservation);
    }
    state.reservation = *macs;
  } else {
    return base::fail("reserve knows 'set MAC...' and 'clear'");
  }
  return {};
}

base::Result<> ControlCommands::drain(const Words& words) {
  const auto found = export_of(words);
  if (!found) return std::unexpected(found.error());
  if (words.size() > 2) return base::fail("drain takes nothing but the export");
  inventory_.drain(**found);
  return {};
}

}  // namespace vblade
