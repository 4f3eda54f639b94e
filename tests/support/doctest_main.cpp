#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN  // once for all test binaries: 3.5 s of compile time
#include <doctest/doctest.h>
