// Thousands of clients in one process, each with oracles:
//
//   swarm CLIENTS TOPICS URL...
//
// The topics swarm/0, swarm/1 ... are to bring {"n":1}, {"n":2} ..., beginning when all clients are
// ready. Several times a second it prints one line of JSON: how many clients there are, how many
// are ready, how many times one has become so, the number that all have reached, and what was found
// in what gateways sent (`received`) and in what applications would have got (`told`): oracle.hpp.
// Ends when standard input does.
#include "tests/support/swarm/swarm.hpp"

#include <cstdlib>
#include <iostream>
#include <span>
#include <sys/resource.h>

int main(int count, char** values) {
  using namespace weir;
  const std::span arguments(values, static_cast<std::size_t>(count));
  tests::swarm::SwarmOptions options;
  if (arguments.size() > 3) {
    options.clients = std::strtoul(arguments[1], nullptr, 10);
    options.topics = std::strtoul(arguments[2], nullptr, 10);
  }
  if (options.clients == 0 || options.topics == 0) {
    std::cerr << "usage: swarm CLIENTS TOPICS URL...\n";
    return 2;
  }
  for (const char* text : arguments.subspan(3)) {
    const auto url = clients::cpp::parse_url(text);
    if (!url) {
      std::cerr << "swarm: " << url.error() << "\n";
      return 2;
    }
    options.urls.push_back(*url);
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  tests::swarm::Swarm(std::move(options)).run();
}
