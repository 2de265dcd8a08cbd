// Broadcasts: questions to many exports at once, answered a few exports at a time. A thousand hosts that ask
// a thousand exports are a million answers, and nobody else should wait for all of them.
#pragma once

#include "net/link.h"
#include "vblade/serving/port.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace vblade {

class Broadcasts {
 public:
  // Questions that wait. A client has one of each command and address: a newer one takes its older one's
  // place.
  static constexpr std::size_t kMost = 1024;
  // Lets one export of the port answer. False: none would, so the question is over.
  using Answer = std::function<bool(Port& port, Export& exported, net::Frame question)>;

  // False: too many wait.
  bool add(Port& port, net::Frame question);
  // Asks so many exports at the most, a few for each question in turn.
  void run(std::size_t most, const Answer& answer);
  bool pending() const { return !waiting_.empty(); }

 private:
  // A question with a longer frame has nothing behind that.
  static constexpr std::size_t kMaxBytes = 1536;

  // A client's MAC address, and the address and the command of its question.
  struct Key {
    std::uint64_t client = 0;
    std::uint32_t asked = 0;
    bool operator==(const Key&) const = default;
  };
  struct Question {
    Port* port = nullptr;   // stays, because its `outstanding` counts the question
    std::size_t next = 0;   // in the port's list of exports
    std::size_t asked = 0;  // since the question came, or came again
    std::size_t bytes = 0;
    std::array<std::byte, kMaxBytes> frame;
  };
  struct Waiting {
    Key key;
    std::unique_ptr<Question> question;
  };

  static Key key_of(net::Frame question);
  static bool ask_next(Question& question, const Answer& answer);

  std::deque<Waiting> waiting_;
  std::vector<std::unique_ptr<Question>> spare_;
};

}  // namespace vblade
