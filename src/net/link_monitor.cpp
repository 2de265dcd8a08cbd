#include "net/link_monitor.h"

#include "net/link_message.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/rtnetlink.h>

namespace net {
namespace {

// Brings `links` up to what one message says.
int apply(const nlmsghdr* message, void* data) {
  auto& links = *static_cast<std::vector<Interface>*>(data);
  if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) return MNL_CB_OK;
  const auto told = read_link_message(*message);
  if (!told) return MNL_CB_OK;
  const auto at = std::ranges::lower_bound(links, told->index, {}, &Interface::index);
  const bool known = at != links.end() && at->index == told->index;
  if (message->nlmsg_type == RTM_DELLINK) {
    if (known) links.erase(at);
  } else if (known) {
    *at = *told;
  } else {
    links.insert(at, *told);
  }
  return MNL_CB_OK;
}

}  // namespace

std::vector<LinkEvent> link_events(std::span<const Interface> before, std::span<const Interface> now) {
  const auto find = [](std::span<const Interface> in, int index) -> const Interface* {
    const auto at = std::ranges::find(in, index, &Interface::index);
    return at == in.end() ? nullptr : &*at;
  };
  std::vector<LinkEvent> events;
  for (const Interface& one : before) {
    if (find(now, one.index) == nullptr) events.push_back({LinkEvent::Kind::vanished, one, {}});
  }
  for (const Interface& one : now) {
    const Interface* old = find(before, one.index);
    if (old == nullptr)
      events.push_back({LinkEvent::Kind::appeared, {}, one});
    else if (*old != one)
      events.push_back({LinkEvent::Kind::changed, *old, one});
  }
  return events;
}

struct LinkMonitor::State {
  Netlink events;
  std::vector<Interface> links;
};

LinkMonitor::LinkMonitor(std::unique_ptr<State> state) : state_(std::move(state)) {}
LinkMonitor::LinkMonitor(LinkMonitor&&) noexcept = default;
LinkMonitor& LinkMonitor::operator=(LinkMonitor&&) noexcept = default;
LinkMonitor::~LinkMonitor() = default;

base::Result<LinkMonitor> LinkMonitor::open() {
  // Listening starts before looking, so that nothing falls between the two.
  auto events = open_netlink(RTMGRP_LINK);
  if (!events) return std::unexpected(events.error());
  const int fd = mnl_socket_get_fd(events->get());
  if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
    return base::fail_errno(errno, "cannot watch the network interfaces");
  auto links = net::interfaces();
  if (!links) return std::unexpected(links.error());
  return LinkMonitor(std::make_unique<State>(std::move(*events), std::move(*links)));
}

int LinkMonitor::fd() const {
  return mnl_socket_get_fd(state_->events.get());
}

const std::vector<Interface>& LinkMonitor::interfaces() const {
  return state_->links;
}

base::Result<std::vector<LinkEvent>> LinkMonitor::read() {
  std::vector<Interface> links = state_->links;
  bool overrun = false;
  alignas(nlmsghdr) std::array<char, 32 * 1024> buffer{};
  for (;;) {
    const ssize_t got = mnl_socket_recvfrom(state_->events.get(), buffer.data(), buffer.size());
    if (got >= 0)
      (void)mnl_cb_run(buffer.data(), static_cast<std::size_t>(got), 0, 0, apply, &links);
    else if (errno == ENOBUFS)
      overrun = true;
    else if (errno == EAGAIN)
      break;
    else if (errno != EINTR)
      return base::fail_errno(errno, "cannot watch the network interfaces");
  }
  if (overrun) {
    // A new picture, taken when all that the queue held has been read: that is older.
    auto all = net::interfaces();
    if (!all) return std::unexpected(all.error());
    links = std::move(*all);
  }
  auto happened = link_events(state_->links, links);
  state_->links = std::move(links);
  return happened;
}

}  // namespace net
