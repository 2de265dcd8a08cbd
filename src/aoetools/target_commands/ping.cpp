// aoe ping (aoeping): does a target answer, who is it, what does its SMART say.
#include "aoe/ata.h"
#include "aoe/identify.h"
#include "aoetools/command_line/invocation.h"
#include "aoetools/wire/inquiry.h"
#include "aoetools/wire/target_words.h"
#include "base/json.h"
#include "base/number.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace aoetools {

namespace {

using std::chrono::seconds;

// The classic tool waits for ever unless told otherwise.
constexpr std::uint64_t kTimeoutUnlessTold = 5;

struct SmartCommand {
  std::string_view name;
  std::uint8_t feature;
  bool reads;   // a sector comes back
  bool writes;  // a sector goes there
};
namespace smart = aoe::ata::smart_feature;
constexpr std::array<SmartCommand, 7> kSmartCommands{
    {{"read_data", smart::read_data, true, false},
     {"offline_immediate", smart::execute_offline, false, false},
     {"read_log", smart::read_log, true, false},
     {"write_log", smart::write_log, false, true},
     {"enable", smart::enable, false, false},
     {"disable", smart::disable, false, false},
     {"return_status", smart::return_status, false, false}}};

void print_hex(base::Bytes bytes) {
  std::size_t column = 0;
  for (const std::byte byte : bytes) {
    fmt::print("{:02x} {}", static_cast<unsigned>(byte), ++column % 16 == 0 ? "\n" : "");
  }
  if (column % 16 != 0) fmt::print("\n");
}

// ATA text as it is padded, with what no terminal should see made a question mark.
std::string padded_text(base::Bytes data, std::size_t first_word, std::size_t words) {
  std::string text;
  for (std::size_t at = 2 * first_word; at < 2 * (first_word + words); at += 2) {
    for (const std::byte byte : {data[at + 1], data[at]}) {
      const auto value = static_cast<char>(byte);
      text += value >= 0x20 && value < 0x7f ? value : '?';
    }
  }
  return text;
}

void print_fields(base::Bytes data) {
  fmt::print("device identify fields:\n");
  for (std::size_t i = 0; i < 3; ++i) {
    fmt::print("vendor_specific_{}: {:#x}\n", i, base::load_le<std::uint16_t>(&data[2 * (7 + i)]));
  }
  fmt::print("serial_number: {}\nfirmware_rev: {}\nmodel: {}\n", padded_text(data, 10, 10),
             padded_text(data, 23, 4), padded_text(data, 27, 20));
}

void print_registers(const aoe::AtaReply& reply) {
  const auto line = [](std::string_view name, unsigned value) {
    fmt::print("{:>20}: {:#04x}\n", name, value);
  };
  fmt::print("ATA registers:\n");
  line("Features", reply.error);
  line("Sector Count", reply.count);
  line("LBA Low", static_cast<unsigned>(reply.lba & 0xff));
  line("LBA Mid", static_cast<unsigned>(reply.lba >> 8 & 0xff));
  line("LBA High", static_cast<unsigned>(reply.lba >> 16 & 0xff));
  line("Status", reply.status);
}

struct PingAnswer {
  aoe::Address target;
  std::string interface;
  base::MacAddress mac;
  std::chrono::nanoseconds latency{0};  // of the config query
  std::optional<aoe::IdentifyData> identity;
  struct Smart {
    std::string command;
    std::uint8_t status = 0, error = 0, count = 0;
    std::uint64_t lba = 0;
    std::vector<std::byte> data;  // of the commands that read
  };
  std::optional<Smart> smart;
};

base::Json to_json(const PingAnswer::Smart& smart) {
  std::string hex;
  for (const std::byte byte : smart.data) hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return base::Json::Fields{
      {"command", smart.command}, {"status", smart.status},
      {"error", smart.error},     {"count", smart.count},
      {"lba", smart.lba},         {"data", hex.empty() ? base::Json() : base::Json(hex)}};
}

base::Json to_json(const PingAnswer& answer) {
  base::Json bytes, model, serial, firmware;
  if (const auto& identity = answer.identity) {
    bytes = identity->sectors * base::kSectorBytes;
    model = identity->model;
    serial = identity->serial;
    firmware = identity->firmware;
  }
  return base::Json::Fields{{"target", answer.target.text()},
                            {"interface", answer.interface},
                            {"mac", answer.mac.text()},
                            {"latency_us", static_cast<double>(answer.latency.count()) / 1e3},
                            {"bytes", bytes},
                            {"model", model},
                            {"serial", serial},
                            {"firmware", firmware},
                            {"smart", answer.smart ? to_json(*answer.smart) : base::Json()}};
}

struct Wanted {
  bool hex = false, fields = false, verbose = false, json = false;
  aoe::Address address;
  std::vector<std::string> interfaces;  // empty: all
  std::uint32_t tag = aoe::kUserTag;
  seconds timeout{kTimeoutUnlessTold};
  const SmartCommand* smart = nullptr;
  std::uint8_t log = 0;
};

class Ping {
 public:
  Ping(const Invocation& invocation, const Wanted& wanted, Wire& wire)
      : invocation_(invocation),
        wanted_(wanted),
        wire_(wire),
        inquiry_(wire, wanted.tag),
        deadline_(Wire::Clock::now() + wanted.timeout) {}

  int run() {
    const int status = converse();
    if (wanted_.json && status == kDone) fmt::print("{}\n", to_json(learned_).indented_text());
    return status;
  }

 private:
  int converse() {
    if (wanted_.verbose) {
      fmt::print("tag: {:x}\neth: {}\nshelf: {}\nslot: {}\n", wanted_.tag, wire_.names(),
                 wanted_.address.shelf, wanted_.address.slot);
    }
    const auto asked = Wire::Clock::now();
    const auto config = ask(base::MacAddress::broadcast(), [](const aoe::Envelope& envelope) {
      return aoe::config_request(envelope, aoe::ConfigCommand::read);
    });
    if (!config) return kFailed;
    mac_ = config->response.header.source;
    learned_.target = wanted_.address;
    learned_.interface = wire_.ports()[config->port].interface.name;
    learned_.mac = mac_;
    learned_.latency = Wire::Clock::now() - asked;
    if (wanted_.verbose) {
      fmt::print("config query response:\n");
      print_hex(config->frame);
      std::string digits = mac_.text();
      std::erase(digits, ':');
      fmt::print("found {} with mac {}\n", wanted_.address.text(), digits);
    }
    if (!wanted_.hex && !wanted_.fields && !wanted_.smart && !wanted_.json) return kDone;
    return identify();
  }

  std::optional<Answer> ask(base::MacAddress mac, const Inquiry::MakeFrame& make) {
    auto answer = inquiry_.ask(wanted_.address, mac, deadline_, make);
    inquiry_.set_tag((wanted_.tag + ++asked_) | aoe::kUserTag);
    if (!answer) {
      complain(invocation_, "no answer from {} on {} within {} s", wanted_.address.text(), wire_.names(),
               wanted_.timeout.count());
    } else if (answer->response.failed()) {
      complain(invocation_, "{} refuses: {}", wanted_.address.text(),
               aoe::error_text(answer->response.header.error));
      answer.reset();
    }
    return answer;
  }

  int identify() {
    const auto answer =
        ask(mac_, [](const aoe::Envelope& envelope) { return aoe::identify_request(envelope); });
    if (!answer) return kFailed;
    const auto* reply = std::get_if<aoe::AtaReply>(&answer->response.body);
    if (!reply || !reply->ok() || reply->data.size() < aoe::kIdentifyBytes) {
      return complain(invocation_, "{} does not identify itself", wanted_.address.text());
    }
    const base::Bytes data = reply->data.first(aoe::kIdentifyBytes);
    learned_.identity = aoe::read_identify(data);
    if (wanted_.hex) {
      fmt::print("device identify response:\n");
      print_hex(data);
    }
    if (wanted_.fields) print_fields(data);
    return wanted_.smart ? ask_smart(data) : kDone;
  }

  int ask_smart(base::Bytes identity) {
    if (!aoe::read_identify(identity)->smart) {
      fmt::print(stderr, "Error: {} does not support SMART\n", wanted_.address.text());
      return kFailed;
    }
    std::vector<std::byte> sector;
    if (wanted_.smart->writes) {
      sector.resize(base::kSectorBytes);
      if (wanted_.verbose) fmt::print(stderr, "reading smart data from stdin\n");
      if (std::fread(sector.data(), 1, sector.size(), stdin) != sector.size()) {
        return complain(invocation_, "write_log needs {} bytes on standard input", sector.size());
      }
    }
    const auto answer = ask(mac_, [&](const aoe::Envelope& envelope) {
      return aoe::smart_request(envelope, wanted_.smart->feature, wanted_.log, 1, sector);
    });
    if (!answer) return kFailed;
    const auto* reply = std::get_if<aoe::AtaReply>(&answer->response.body);
    if (!reply) return kFailed;
    if (!wanted_.json) print_registers(*reply);
    learned_.smart = {.command = std::string(wanted_.smart->name),
                      .status = reply->status,
                      .error = reply->error,
                      .count = reply->count,
                      .lba = reply->lba,
                      .data = {}};
    if (!reply->ok()) {
      fmt::print(stderr, "SMART command aborted on target.\n");
      return kFailed;
    }
    if (wanted_.smart->reads) {
      if (reply->data.size() < base::kSectorBytes)
        return complain(invocation_, "the reply has no SMART data");
      const base::Bytes data = reply->data.first(base::kSectorBytes);
      learned_.smart->data.assign(data.begin(), data.end());
      if (wanted_.json) return kDone;
      fmt::print("SMART data:\n");
      print_hex(data);
    }
    return kDone;
  }

  const Invocation& invocation_;
  const Wanted& wanted_;
  const Wire& wire_;
  Inquiry inquiry_;
  Wire::Clock::time_point deadline_;
  base::MacAddress mac_;
  std::uint32_t asked_ = 0;
  PingAnswer learned_;
};

// SHELF SLOT INTERFACE, or an address in one word and the interfaces to ask on.
base::Result<aoe::Address> parse_place(const std::vector<std::string>& words, const std::string& program,
                                       Wanted& wanted) {
  if (const auto address = words.empty() ? std::nullopt : address_in_one_word(words[0])) {
    wanted.interfaces.assign(words.begin() + 1, words.end());
    return *address;
  }
  if (words.size() != 3)
    return base::fail("it takes e1.0 [INTERFACE...], or SHELF SLOT INTERFACE; '{} --help' shows more",
                      program);
  wanted.interfaces = {words[2]};
  return aoe::Address::parse(words[0] + "." + words[1]);
}

// "read_log:1"
bool parse_smart(const Invocation& invocation, std::string_view text, Wanted& wanted) {
  const std::string_view name = text.substr(0, text.find(':'));
  const auto found = std::ranges::find(kSmartCommands, name, &SmartCommand::name);
  if (found == kSmartCommands.end()) {
    fmt::print(stderr, "{} Error: no such SMART command: {}\n", invocation.name, name);
    return false;
  }
  wanted.smart = &*found;
  if (name.size() == text.size()) return true;
  const auto log = base::parse_number(text.substr(name.size() + 1));
  if (!log || *log > 255) {
    complain(invocation, "'{}' is not a number in 0..255", text.substr(name.size() + 1));
    return false;
  }
  wanted.log = static_cast<std::uint8_t>(*log);
  return true;
}

}  // namespace

int ping(const Invocation& invocation) {
  Wanted wanted;
  std::string smart_command;
  std::uint64_t tag = 0, timeout = kTimeoutUnlessTold;
  std::vector<std::string> words;
  Options options(invocation, "Tests if a target answers, and prints its identity and disk health.",
                  {{"aoe ping e1.0 && echo there", "status 0: it answered"},
                   {"aoe ping e1.0 eth1", "use eth1 only"},
                   {"aoeping -I 1 0 eth1", "serial number, firmware, model"},
                   {"aoeping -S return_status 1 0 eth1", "SMART: LBA Mid is 0x4f if the disk is healthy"}});
  options.flag("-i", wanted.hex, "print the answer to ATA IDENTIFY in hex")
      .flag("-I", wanted.fields, "print serial number, firmware and model")
      .flag("-v", wanted.verbose, "print more details")
      .number("-s", timeout, 1, 86400, "wait this many seconds for answers")
      .value("-S", smart_command, "CMD[:N]",
             "send a SMART command: read_data, offline_immediate, read_log, write_log, enable, disable or "
             "return_status")
      .number("-t", tag, 0, 0x7fffffff, "set the first tag")
      .flag("--json", wanted.json, "print JSON: identity, round-trip time and SMART data")
      .words("WORD", words, "e1.0 [INTERFACE...], or SHELF SLOT INTERFACE");
  if (const auto status = options.parse(kFailed)) return *status;
  const auto address = parse_place(words, invocation.name, wanted);
  if (!address) return complain(invocation, "{}", address.error().message);
  if (wanted.json && (wanted.hex || wanted.fields || wanted.verbose))
    return complain(invocation, "--json goes without -i, -I and -v");
  if (!smart_command.empty() && !parse_smart(invocation, smart_command, wanted)) return kFailed;
  wanted.address = *address;
  wanted.tag |= static_cast<std::uint32_t>(tag);
  wanted.timeout = seconds(timeout);
  auto wire = Wire::open(wanted.interfaces);
  if (!wire) return complain(invocation, "{}", wire.error().message);
  return Ping(invocation, wanted, *wire).run();
}

}  // namespace aoetools
