#include "disk/loss_record.h"

#include <algorithm>
#include <utility>

namespace disk {

LossRecord::Row& LossRecord::row_of(Client client) {
  if (last_ < used_ && rows_[last_].client == client) return rows_[last_];
  for (last_ = 0; last_ < used_; ++last_) {
    if (rows_[last_].client == client) return rows_[last_];
  }
  Row& row = make_room();
  row = others_;
  row.client = client;
  row.told = false;
  return row;
}

LossRecord::Row& LossRecord::make_room() {
  if (used_ < kMost) {
    last_ = used_++;
    return rows_[last_];
  }
  last_ = oldest_;
  oldest_ = (oldest_ + 1) % kMost;
  const Row& gone = rows_[last_];
  others_.fresh = others_.fresh || gone.fresh;
  others_.covered = others_.covered || gone.covered;
  if (gone.is_owed()) others_.lose(gone.owed);
  return rows_[last_];
}

void LossRecord::wrote(Client client) {
  Row& row = row_of(client);
  if (row.told) {
    row.owed = 0;
    row.told = false;
  }
  row.fresh = true;
}

void LossRecord::flush_begins() {
  const auto begin = [](Row& row) { row.covered = std::exchange(row.fresh, false) || row.covered; };
  std::ranges::for_each(rows(), begin);
  begin(others_);
}

void LossRecord::flush_succeeded() {
  for (Row& row : rows()) row.covered = false;
  others_.covered = false;
}

bool LossRecord::lose(int error) {
  bool somebody = false;
  const auto lose = [&](Row& row) {
    row.fresh = row.fresh || std::exchange(row.covered, false);
    if (!row.fresh) return;
    row.lose(error);
    somebody = true;
  };
  std::ranges::for_each(rows(), lose);
  lose(others_);
  return somebody;
}

int LossRecord::answer(Client client) {
  Row& row = row_of(client);
  if (row.owed == 0) return 0;
  row.told = true;
  others_.told = others_.owed != 0;
  return row.owed;
}

bool LossRecord::is_unflushed() const {
  const auto unflushed = [](const Row& row) { return row.fresh || row.covered; };
  return unflushed(others_) || std::ranges::any_of(rows(), unflushed);
}

bool LossRecord::has_debts() const {
  return others_.is_owed() || std::ranges::any_of(rows(), &Row::is_owed);
}

Debts LossRecord::debts() const {
  Debts debts;
  for (const Row& row : rows()) {
    if (!row.is_owed()) continue;
    debts.owed.push_back(row.client);
    debts.error = row.owed;
  }
  if (others_.is_owed()) {
    debts.to_everybody = true;
    debts.error = others_.owed;
  }
  return debts;
}

void LossRecord::take_over(const Debts& debts) {
  for (const Client client : debts.owed) row_of(client).lose(debts.error);
  if (debts.to_everybody) others_.lose(debts.error);
}

}  // namespace disk
