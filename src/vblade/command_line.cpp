#include "vblade/command_line.h"

#include "base/version.h"
#include "vblade/classic/classic_form.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>

namespace vblade {

namespace {

void print_usage(std::FILE* to, const std::string& program) {
  fmt::print(to,
             "usage: {0} [-b bufcnt] [-o offset] [-l length] [-d] [-s] [-r] [-m mac[,mac...]] shelf slot "
             "netif filename\n"
             "       {0} --config FILE [--socket PATH] [--state DIR] [--user NAME] [--spin MICROSECONDS]\n"
             "              [--notify-fd N]\n"
             "       {0} --check FILE\n"
             "       {0} --import [--into DIR [--only NAME]] [FILE]\n",
             program);
}

// A mistake in the words of --import has another status: 1 means that something was left out.
constexpr int kMistake = 1;
constexpr int kMistakeOfImport = 2;
constexpr const char* kOldConfiguration = "/etc/conf.d/vblade";

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine line;
  const std::string program = std::filesystem::path(argc > 0 ? argv[0] : "vblade").filename().string();
  line.daemon = program == "vbladed";
  ClassicWords words;
  std::string config_file, check_file, socket, state, into, only;
  bool help = false, version = false, import = false;
  CLI::App app;
  app.set_help_flag();
  app.add_flag("-h,--help", help);
  app.add_flag("-V,--version", version);
  app.add_option("--config", config_file);
  app.add_option("--check", check_file);
  app.add_flag("--import", import);
  app.add_option("--into", into);
  app.add_option("--only", only);
  app.add_option("--socket", socket);
  app.add_option("--notify-fd", line.notify_fd)->check(CLI::Range(0, 1 << 20));
  app.add_option("--state", state);
  app.add_option("--user", line.user);
  app.add_option("--spin", line.spin)->check(CLI::Range(0, 1'000'000));
  add_classic_form(app, words);

  const auto mistake = [&](const std::string& message) {
    if (!message.empty()) fmt::print(stderr, "{}: {}\n", program, message);
    print_usage(stderr, program);
    line.task = Answered{import ? kMistakeOfImport : kMistake};
    return line;
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    import = std::find(argv, argv + argc, std::string_view("--import")) != argv + argc;
    return mistake(error.what());
  }
  if (help || version) {
    if (help) print_usage(stdout, program);
    if (version) fmt::print("vblade {}\n", base::version());
    line.task = Answered{0};
    return line;
  }
  line.socket = socket;
  line.state = state;
  const bool classic = !import && !words.shelf.empty();
  if ((classic ? 1 : 0) + (config_file.empty() ? 0 : 1) + (check_file.empty() ? 0 : 1) + (import ? 1 : 0) !=
      1)
    return mistake("");
  for (const ClassicOption& option : classic_options()) {
    if (classic || app.count(option.name) == 0) continue;
    return mistake(fmt::format("{} is for the classic form alone: write '{}' in the configuration file",
                               option.name, option.key));
  }
  if (!import && !(into.empty() && only.empty())) return mistake("--into and --only are for --import alone");
  if (import) {
    if (!words.slot.empty()) return mistake("--import takes one FILE");
    if (into.empty() && !only.empty())
      return mistake("--only needs --into DIR, the directory to write vblade.NAME.yaml to");
    line.task = ImportOld{words.shelf.empty() ? kOldConfiguration : words.shelf, into, only};
  } else if (!check_file.empty()) {
    line.task = CheckFile{check_file};
  } else if (!config_file.empty()) {
    if (socket.empty()) line.socket = "/run/vblade/vblade.sock";
    if (state.empty()) line.state = "/var/lib/vblade";
    line.task = ServeFile{config_file};
  } else {
    if (words.path.empty()) return mistake("");
    std::error_code reason;  // without a directory, only an absolute path can be found
    auto task = understand(words, std::filesystem::current_path(reason));
    if (!task) return mistake(task.error().message);
    line.task = std::move(*task);
  }
  return line;
}

}  // namespace vblade
