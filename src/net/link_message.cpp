#include "net/link_message.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace net {
namespace {

int read_other_name(const nlattr* attribute, void* data) {
  if (mnl_attr_get_type(attribute) == IFLA_ALT_IFNAME &&
      mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
    static_cast<Interface*>(data)->other_names.emplace_back(mnl_attr_get_str(attribute));
  return MNL_CB_OK;
}

int read_kind_of_master(const nlattr* attribute, void* data) {
  if (mnl_attr_get_type(attribute) == IFLA_INFO_SLAVE_KIND &&
      mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
    *static_cast<std::string*>(data) = mnl_attr_get_str(attribute);
  return MNL_CB_OK;
}

// A VRF is a table of routes: it leaves its ports their frames.
bool takes_frames(const nlattr* link_info) {
  std::string kind;
  (void)mnl_attr_parse_nested(link_info, read_kind_of_master, &kind);
  return kind != "vrf";
}

struct Reading {
  Interface interface{};
  const nlattr* link_info = nullptr;
};

int read_attribute(const nlattr* attribute, void* data) {
  auto& [interface, link_info] = *static_cast<Reading*>(data);
  switch (mnl_attr_get_type(attribute)) {
    case IFLA_IFNAME:
      if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0) return MNL_CB_ERROR;
      interface.name = mnl_attr_get_str(attribute);
      break;
    case IFLA_MTU:
      if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0) return MNL_CB_ERROR;
      interface.mtu = mnl_attr_get_u32(attribute);
      break;
    case IFLA_PROP_LIST:
      (void)mnl_attr_parse_nested(attribute, read_other_name, &interface);
      break;
    case IFLA_MASTER:
      if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
        interface.master = static_cast<int>(mnl_attr_get_u32(attribute));
      break;
    case IFLA_LINKINFO:
      link_info = attribute;
      break;
    case IFLA_ADDRESS:
      if (mnl_attr_get_payload_len(attribute) == base::MacAddress::kBytes)
        interface.mac =
            base::MacAddress::load(static_cast<const std::byte*>(mnl_attr_get_payload(attribute)));
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

int collect(const nlmsghdr* message, void* data) {
  auto& links = *static_cast<std::vector<Interface>*>(data);
  if (message->nlmsg_type == RTM_NEWLINK) {
    if (auto link = read_link_message(*message)) links.push_back(std::move(*link));
  }
  return MNL_CB_OK;
}

}  // namespace

base::Result<Netlink> open_netlink(unsigned groups) {
  Netlink socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), groups, MNL_SOCKET_AUTOPID) < 0)
    return base::fail_errno(errno, "cannot ask the kernel for network interfaces");
  return socket;
}

std::optional<Interface> read_link_message(const nlmsghdr& message) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(ifinfomsg)) return std::nullopt;
  const auto& info = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  Reading reading;
  Interface& interface = reading.interface;
  interface.index = info.ifi_index;
  interface.enabled = (info.ifi_flags & IFF_UP) != 0;
  interface.up = interface.enabled && (info.ifi_flags & IFF_RUNNING) != 0;
  interface.loopback = info.ifi_type == ARPHRD_LOOPBACK;
  interface.ethernet = info.ifi_type == ARPHRD_ETHER || interface.loopback;
  if (mnl_attr_parse(&message, sizeof info, read_attribute, &reading) < 0 || interface.name.empty())
    return std::nullopt;
  if (reading.link_info != nullptr && !takes_frames(reading.link_info)) interface.master = 0;
  return interface;
}

base::Result<std::vector<Interface>> dump_links(mnl_socket& socket) {
  alignas(nlmsghdr) std::array<char, 32 * 1024> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = RTM_GETLINK;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  const auto sequence = static_cast<unsigned>(std::time(nullptr));
  request->nlmsg_seq = sequence;
  auto* about = static_cast<rtgenmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(rtgenmsg)));
  about->rtgen_family = AF_UNSPEC;
  if (mnl_socket_sendto(&socket, request, request->nlmsg_len) < 0)
    return base::fail_errno(errno, "cannot ask the kernel for network interfaces");

  std::vector<Interface> told;
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const ssize_t got = mnl_socket_recvfrom(&socket, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail_errno(errno, "cannot read the list of network interfaces");
    // Sequence 0 and port 0: events of the groups may stand among the answers, and are part of the picture.
    more = mnl_cb_run(buffer.data(), static_cast<std::size_t>(got), 0, 0, collect, &told);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return base::fail_errno(errno, "cannot read the list of network interfaces");
  }
  // An event among the answers may name one twice: the later one is true.
  std::vector<Interface> links;
  for (auto& link : told) {
    const auto twin = std::ranges::find(links, link.index, &Interface::index);
    if (twin == links.end())
      links.push_back(std::move(link));
    else
      *twin = std::move(link);
  }
  std::ranges::sort(links, {}, &Interface::index);
  return links;
}

base::Result<std::vector<Interface>> interfaces() {
  auto socket = open_netlink(0);
  if (!socket) return std::unexpected(socket.error());
  return dump_links(**socket);
}

std::string raising_command(const std::string& name) {
  return fmt::format("ip link set {} up", name);
}

}  // namespace net
