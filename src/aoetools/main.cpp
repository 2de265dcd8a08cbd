// aoe: the initiator's tools in one program. `aoe COMMAND ...`, or by a command's own name (aoe-stat,
// aoecfg).
#include "aoetools/commands.h"

int main(int argc, char** argv) {
  return cli::run(aoetools::program(), argc, argv);
}
