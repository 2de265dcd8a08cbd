// Loads and stores of integers in a fixed byte order, at any alignment.
// The caller has checked that `at` has room: decoders check a frame's length once.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace base {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

template <std::unsigned_integral T, std::endian Order>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return Order == std::endian::native ? value : std::byteswap(value);
}

template <std::unsigned_integral T, std::endian Order>
void store(std::byte* at, T value) {
  if constexpr (Order != std::endian::native) value = std::byteswap(value);
  std::memcpy(at, &value, sizeof value);
}

template <std::unsigned_integral T>
T load_be(const std::byte* at) {
  return load<T, std::endian::big>(at);
}
template <std::unsigned_integral T>
T load_le(const std::byte* at) {
  return load<T, std::endian::little>(at);
}
template <std::unsigned_integral T>
void store_be(std::byte* at, T value) {
  store<T, std::endian::big>(at, value);
}
template <std::unsigned_integral T>
void store_le(std::byte* at, T value) {
  store<T, std::endian::little>(at, value);
}

}  // namespace base
