#include "net/filter.h"

#include <memory>

#include <linux/if_packet.h>
#include <pcap/pcap.h>

namespace net {
namespace {

constexpr int kWholeFrame = 1 << 18;

struct ClosePcap {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};

constexpr auto kPacketTypeOffset = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE);
constexpr auto kInterfaceOffset = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_IFINDEX);

}  // namespace

base::Result<std::vector<sock_filter>> compile_filter(std::uint16_t ether_type, const std::string& expression,
                                                      int interface_index) {
  const std::unique_ptr<pcap_t, ClosePcap> dead(pcap_open_dead(DLT_EN10MB, kWholeFrame));
  if (!dead) return base::fail("cannot compile a packet filter: out of memory");
  std::string whole = fmt::format("ether proto {:#x}", ether_type);
  if (!expression.empty()) whole += fmt::format(" and ({})", expression);
  bpf_program compiled{};
  if (pcap_compile(dead.get(), &compiled, whole.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    return base::fail("cannot compile the packet filter \"{}\": {}", whole, pcap_geterr(dead.get()));

  // Jumps are relative, so libpcap's program can follow ours. It has no expression for the packet type and
  // the interface.
  std::vector<sock_filter> program{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kPacketTypeOffset),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  if (interface_index != 0) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kInterfaceOffset));
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(interface_index), 1, 0));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
  }
  for (unsigned i = 0; i < compiled.bf_len; ++i) {
    const bpf_insn& one = compiled.bf_insns[i];
    program.push_back({one.code, one.jt, one.jf, one.k});
  }
  pcap_freecode(&compiled);
  return program;
}

}  // namespace net
