#include "vblade/serving/broadcasts.h"

#include "base/bytes.h"

#include <algorithm>
#include <utility>

namespace vblade {

namespace {

// Exports that one question reaches before the next one's turn.
constexpr std::size_t kTurn = 4;

}  // namespace

Broadcasts::Key Broadcasts::key_of(net::Frame question) {
  const std::byte* at = question.data();
  return {.client = std::uint64_t{base::load_be<std::uint16_t>(at + 6)} << 32 |
                    base::load_be<std::uint32_t>(at + 8),
          .asked = base::load_be<std::uint32_t>(at + 16)};
}

bool Broadcasts::add(Port& port, net::Frame question) {
  const Key key = key_of(question);
  const auto same = std::ranges::find_if(
      waiting_, [&](const Waiting& one) { return one.key == key && one.question->port == &port; });
  Question* taken = same == waiting_.end() ? nullptr : same->question.get();
  if (taken == nullptr) {
    if (waiting_.size() >= kMost) return false;
    auto fresh = spare_.empty() ? std::make_unique<Question>() : std::move(spare_.back());
    if (!spare_.empty()) spare_.pop_back();
    taken = fresh.get();
    taken->port = &port;
    taken->next = 0;
    ++port.outstanding;
    waiting_.push_back({key, std::move(fresh)});
  }
  taken->asked = 0;
  taken->bytes = std::min(question.size(), kMaxBytes);
  std::copy_n(question.begin(), taken->bytes, taken->frame.begin());
  return true;
}

// An export that came or went meanwhile is asked, or not: who asks does so again.
bool Broadcasts::ask_next(Question& question, const Answer& answer) {
  const auto& exports = question.port->exports.all();
  if (question.port->link() == nullptr || question.asked >= exports.size()) return false;
  Export& exported = *exports[question.next % exports.size()];
  question.next = (question.next + 1) % exports.size();
  ++question.asked;
  return answer(*question.port, exported, net::Frame(question.frame).first(question.bytes));
}

void Broadcasts::run(std::size_t most, const Answer& answer) {
  for (std::size_t asked = 0; asked < most && !waiting_.empty();) {
    Waiting first = std::move(waiting_.front());
    waiting_.pop_front();
    bool more = true;
    for (std::size_t turn = 0; turn < kTurn && more; ++turn, ++asked)
      more = ask_next(*first.question, answer);
    if (more) {
      waiting_.push_back(std::move(first));
    } else {
      --first.question->port->outstanding;
      spare_.push_back(std::move(first.question));
    }
  }
}

}  // namespace vblade
