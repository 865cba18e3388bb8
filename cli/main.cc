#include "cli/command_line.h"

int main(int argc, char** argv) { return fencepost::cli::Main(argc, argv); }
