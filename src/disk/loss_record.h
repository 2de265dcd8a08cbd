// LossRecord: which clients must still learn that the disk did not take data that were acknowledged from
// memory. The kernel reports a failed write-back once, to the call that asks first; here the report becomes
// the error of everybody whose data it may be about.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace disk {

// Tells clients apart; the disk knows no more of them.
using Client = std::uint64_t;

// Errors that clients have not got yet, for the next server of an export.
struct Debts {
  int error = 0;              // an errno; 0: there are none
  std::vector<Client> owed;   // by client
  bool to_everybody = false;  // to all other clients, too

  bool empty() const { return error == 0; }
};

class LossRecord {
 public:
  // More clients than these are treated as one.
  static constexpr std::size_t kMost = 32;

  // A write is acknowledged from memory.
  void wrote(Client client);
  // Everything acknowledged until now is what the flush that begins brings to stable storage.
  void flush_begins();
  void flush_succeeded();
  // The disk did not take something that was not flushed. True if a client may have lost data.
  bool lose(int error);
  // The same, for this client alone.
  void lose(Client client, int error) { row_of(client).lose(error); }
  // The answer to a client's FLUSH that went well: 0, or the error of an earlier loss. The error stays until
  // the client, which knows of it now, writes again.
  int answer(Client client);

  // Whether anything was acknowledged that no flush has covered.
  bool is_unflushed() const;
  // Whether a client must still get an error.
  bool has_debts() const;
  Debts debts() const;
  void take_over(const Debts& debts);

 private:
  struct Row {
    Client client = 0;
    bool fresh = false;    // has written since the last flush began
    bool covered = false;  // has written before, and that flush has not ended
    int owed = 0;          // the error that the client must get
    bool told = false;     // the client got it

    bool is_owed() const { return owed != 0 && !told; }
    void lose(int error) {
      owed = error;
      told = false;
    }
  };

  std::span<Row> rows() { return std::span(rows_).first(used_); }
  std::span<const Row> rows() const { return std::span(rows_).first(used_); }
  Row& row_of(Client client);
  Row& make_room();

  std::array<Row, kMost> rows_{};
  std::size_t used_ = 0;
  std::size_t last_ = 0;    // asked for last
  std::size_t oldest_ = 0;  // makes way when there is no room
  // Every client without a row: those of an earlier server, whose data may still be in the page cache, and
  // those that made way.
  Row others_{.fresh = true};
};

}  // namespace disk
