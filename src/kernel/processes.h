// The processes of this machine, as /proc shows them: whoever looks has to expect that they end meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {

// Their ids, ascending.
std::vector<std::uint64_t> process_ids(const std::filesystem::path& proc);

// "postgres"; empty when it has ended.
std::string process_name(const std::filesystem::path& proc, std::uint64_t pid);

// The value behind "NAME:" in its status: "S (sleeping)" of "State"; empty when it has ended.
std::string process_status(const std::filesystem::path& proc, std::uint64_t pid, std::string_view name);

// Its command line, word by word; none when it has ended, and of a thread of the kernel.
std::vector<std::string> process_words(const std::filesystem::path& proc, std::uint64_t pid);

}  // namespace kernel
