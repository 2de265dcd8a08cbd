// Turns: in which order frames that wait are taken: one of each client in turn, because one that sends
// without waiting would otherwise have all others wait behind what it has sent. A frame that is much work
// takes several of its client's turns. The frames of one client keep their order. After construction nothing
// here touches the heap.
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace net {

// How many turns of its sender a frame takes: at least one.
using Cost = std::uint32_t (*)(base::Bytes frame);

class Turns {
 public:
  Turns() = default;
  // For frames that are told apart by numbers below `frames`, of which each client may have `share`.
  Turns(std::size_t frames, std::size_t share);

  // False: the client has its share already, and the frame is not taken on.
  // `cost`: the turns that the frame takes, if others wait.
  bool add(std::uint64_t client, std::uint32_t frame, std::uint32_t cost = 1);
  // Forgets the oldest frame of a client that has others, too. False: it has none.
  bool drop(std::uint64_t client);
  // The next one's number.
  std::optional<std::uint32_t> take();
  bool empty() const { return first_ == kNone; }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // In use while it has frames.
  struct Client {
    std::uint64_t id = 0;
    std::uint32_t first = kNone;  // of its frames
    std::uint32_t last = kNone;
    std::uint32_t count = 0;
    std::uint32_t debt = 0;         // turns that it lets pass
    std::uint32_t behind = kNone;   // the client whose turn is next, or the next spare one
    std::uint32_t sibling = kNone;  // the next one with the same hash
  };

  std::uint32_t& head_of(std::uint64_t client);
  std::uint32_t find_or_make(std::uint64_t client);
  void append(std::uint32_t client);
  void pass_to_next();
  void free(std::uint32_t client);

  std::size_t share_ = 0;
  std::vector<std::uint32_t> next_frame_;  // of the same client, by frame
  std::vector<std::uint32_t> costs_;       // by frame
  std::vector<Client> clients_;
  std::vector<std::uint32_t> heads_;  // of the lists of clients with one hash
  std::uint32_t spare_ = kNone;
  std::uint32_t first_ = kNone;  // whose turn it is
  std::uint32_t last_ = kNone;
};

}  // namespace net
