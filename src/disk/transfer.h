// Transfer: a read or write operation, made from the requests that it serves.
#pragma once

#include "disk/operation.h"
#include "disk/request.h"
#include "disk/volume.h"

namespace disk {

// Makes `operation` one that transfers from `first` on; requests are added.
void begin_transfer(Operation& operation, const Volume& volume, const Request& first);
void add_request(Operation& operation, Request& request);
// Before it is started. Direct I/O takes whole blocks of the disk only; others go through the page cache.
void choose_way(Operation& operation);

}  // namespace disk
