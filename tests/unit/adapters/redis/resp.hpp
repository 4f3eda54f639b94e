#pragma once

#include "adapters/redis/redis_socket.hpp"

#include <doctest/doctest.h>

#include <hiredis/hiredis.h>
#include <memory>
#include <string>
#include <vector>

namespace weir::adapters::redis {

/// One answer, from the bytes that a server sends.
inline Reply resp(const std::string& bytes) {
  const std::unique_ptr<redisReader, decltype(&redisReaderFree)> reader(redisReaderCreate(),
                                                                        redisReaderFree);
  REQUIRE(redisReaderFeed(reader.get(), bytes.data(), bytes.size()) == REDIS_OK);
  void* reply = nullptr;
  REQUIRE(redisReaderGetReply(reader.get(), &reply) == REDIS_OK);
  REQUIRE(reply != nullptr);
  return Reply(static_cast<redisReply*>(reply));
}

inline std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

inline std::string list(const std::vector<std::string>& items) {
  std::string bytes = "*" + std::to_string(items.size()) + "\r\n";
  for (const std::string& item : items) bytes += item;
  return bytes;
}

}  // namespace weir::adapters::redis
