// Result<T>: a value or an Error that a person can act on. GCC 12's std::expected is not
// [[nodiscard]], so an ignored failure would pass silently; this wrapper is.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace base {

struct Error {
  std::string message;  // names the value, the limit and what to do; no trailing newline
  int code = 0;         // an errno where one was the cause, else 0
};

template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

template <class... Args>
std::unexpected<Error> fail(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...)});
}

// With an errno for those who branch on it, and words of its own.
template <class... Args>
std::unexpected<Error> fail_as(int code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...), code});
}

// "what: No such file or directory", with `code` kept for those who branch on it.
template <class... Args>
std::unexpected<Error> fail_errno(int code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{
      fmt::format(format, std::forward<Args>(args)...) + ": " + std::generic_category().message(code), code});
}

}  // namespace base
