#include "aoetools/wire/scanner.h"

#include "aoe/ata.h"
#include "aoe/request.h"
#include "aoe/response.h"

#include <algorithm>

namespace aoetools {

namespace {

constexpr std::chrono::milliseconds kAskAgain{200};
constexpr std::chrono::milliseconds kTellAgain{250};
constexpr int kAsks = 3;

}  // namespace

std::vector<TargetFound> Scanner::scan(std::span<const aoe::Address> wanted,
                                       std::chrono::milliseconds timeout) {
  const auto start = Clock::now();
  const auto listen_until = start + timeout;
  const auto end = listen_until + timeout + std::chrono::seconds(1);
  auto broadcast_again = start + timeout / 2;  // the first one may be lost
  ask_everybody(wanted);
  for (;;) {
    const auto now = Clock::now();
    if (now >= end || (now >= listen_until && questions_.empty())) return census_.targets();
    if (now >= broadcast_again) {
      ask_everybody(wanted);
      broadcast_again = Clock::time_point::max();
    }
    ask_again_where_due();
    auto until = std::min({next_event(), broadcast_again, now < listen_until ? listen_until : end});
    if (progress_) {
      progress_(census_.size(), std::chrono::duration_cast<std::chrono::milliseconds>(now - start));
      until = std::min(until, now + kTellAgain);
    }
    if (const auto heard = wire_.hear(until)) take(*heard);
  }
}

void Scanner::ask_everybody(std::span<const aoe::Address> wanted) {
  const auto everybody = aoe::Address::broadcast();
  if (wanted.empty()) wanted = std::span(&everybody, 1);
  for (std::size_t port = 0; port < wire_.ports().size(); ++port) {
    for (const aoe::Address address : wanted) {
      const aoe::Envelope envelope{wire_.ports()[port].interface.mac, base::MacAddress::broadcast(), address,
                                   tags_.next()};
      wire_.send(port, aoe::config_request(envelope, aoe::ConfigCommand::read));
    }
  }
}

void Scanner::ask(Kind kind, const TargetPath& path, aoe::Address address, unsigned sectors, int asks) {
  const std::uint32_t tag = tags_.next();
  const Question question{kind, address, path.port, path.mac, sectors, asks - 1, Clock::now() + kAskAgain};
  questions_.emplace(tag, question);
  send(tag, question);
}

void Scanner::send(std::uint32_t tag, const Question& question) {
  const aoe::Envelope envelope{wire_.ports()[question.port].interface.mac, question.mac, question.address,
                               tag};
  if (question.kind == Kind::identify) return wire_.send(question.port, aoe::identify_request(envelope));
  // A read that carries as much as it asks for fills the frame both ways; the Linux driver probes alike.
  const std::vector<std::byte> filling(question.sectors * base::kSectorBytes);
  const aoe::AtaRegisters read{.flags = aoe::ata_flag::extended,
                               .feature = 0,
                               .count = static_cast<std::uint8_t>(question.sectors),
                               .command = aoe::ata::opcode::read_sectors_ext,
                               .lba = 0};
  wire_.send(question.port, aoe::ata_request(envelope, read, filling));
}

void Scanner::ask_again_where_due() {
  const auto now = Clock::now();
  std::vector<Question> lost;
  for (auto at = questions_.begin(); at != questions_.end();) {
    Question& question = at->second;
    if (question.ask_at > now) {
      ++at;
    } else if (question.asks_left > 0) {
      --question.asks_left;
      question.ask_at = now + kAskAgain;
      send(at->first, question);
      ++at;
    } else {
      lost.push_back(question);
      given_up_.insert(questions_.extract(at++));
    }
  }
  for (const Question& question : lost) give_up(question);
}

// Tries every smaller frame at once when the largest does not get through.
void Scanner::give_up(const Question& question) {
  TargetPath* path = census_.find(question.address, question.port, question.mac);
  if (question.kind != Kind::probe || !path || question.sectors != path->largest_read()) return;
  path->carried = 0;
  for (unsigned sectors = 1; sectors < question.sectors; ++sectors) {
    ask(Kind::probe, *path, question.address, sectors, 2);
  }
}

void Scanner::take(const Wire::Heard& heard) {
  const auto response = aoe::parse_response(heard.frame);
  if (!response) return;
  const aoe::Header& header = response->header;
  if (!tags_.ours(header.tag) || header.address.is_broadcast()) return;
  if (const auto* config = std::get_if<aoe::ConfigReply>(&response->body)) {
    const auto& interface = wire_.ports()[heard.port].interface;
    const auto [path, is_new] = census_.hear(heard.port, interface.name, interface.mtu, header, *config);
    if (is_new) ask(Kind::identify, *path, header.address, 0, kAsks);
    return;
  }
  if (const auto question = answered_by(header, heard.port)) take_answer(*question, *response);
}

std::optional<Scanner::Question> Scanner::answered_by(const aoe::Header& header, std::size_t port) {
  for (Questions* asked : {&questions_, &given_up_}) {
    const auto at = asked->find(header.tag);
    if (at == asked->end()) continue;
    const Question& question = at->second;
    if (question.port != port || question.address != header.address || question.mac != header.source)
      continue;
    return asked->extract(at).mapped();
  }
  return std::nullopt;
}

void Scanner::take_answer(const Question& question, const aoe::Response& response) {
  TargetPath* path = census_.find(question.address, question.port, question.mac);
  if (!path) return;
  if (response.failed()) path->refusal = aoe::error_text(response.header.error);
  const auto* ata = std::get_if<aoe::AtaReply>(&response.body);
  if (!ata) return;
  if (!ata->ok()) {
    path->refusal = aoe::ata_error_text(ata->status, ata->error);
    return;
  }
  if (question.kind == Kind::probe) {
    if (ata->data.size() < question.sectors * base::kSectorBytes) return;
    path->carried = std::max(path->carried.value_or(0), question.sectors);
    return;
  }
  path->identity = aoe::read_identify(ata->data);
  if (path->largest_read() > 0) ask(Kind::probe, *path, question.address, path->largest_read(), kAsks);
}

Scanner::Clock::time_point Scanner::next_event() const {
  auto next = Clock::time_point::max();
  for (const auto& [tag, question] : questions_) next = std::min(next, question.ask_at);
  return next;
}

}  // namespace aoetools
