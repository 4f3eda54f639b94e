#include "protocol/native/publish_body.hpp"

#include "protocol/core/utf8.hpp"
#include "protocol/native/json_checker.hpp"
#include "protocol/native/json_codec.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <utility>
#include <variant>

namespace weir::protocol::native {
namespace {

constexpr std::string_view spaces = " \t\n\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// The quote that ends the text which begins at `at`, or behind the end of all.
std::size_t quote_end(std::string_view text, std::size_t at) {
  while (++at < text.size() && text[at] != '"') {
    if (text[at] == '\\') ++at;
  }
  return at;
}

/// How far the text goes up to the comma behind its first element, by brackets and quotes alone:
/// what is between is checked later.
std::size_t element_end(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '"':
        at = quote_end(text, at);
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth > 0) --depth;
        break;
      case ',':
        if (depth == 0) return at;
        break;
      default:
        break;
    }
  }
  return text.size();
}

Result<PublishItem> read_item(std::string_view text) {
  const auto object = check_object(text, JsonRules::of_request());
  if (object.fault) {
    return fail(ErrorCode::bad_request,
                fmt::format("byte {}: {}", object.fault->at, object.fault->what));
  }
  std::string request(trim(text));
  const bool has_op =
      std::ranges::find(object.members, "op", &JsonMember::name) != object.members.end();
  if (!has_op) {
    request.insert(1, object.members.empty() ? R"("op":"publish")" : R"("op":"publish",)");
  }
  auto command = json_codec().decode(request);
  if (!command) return PublishItem{command.error().id, fail(command.error().error)};
  auto* publish = std::get_if<PublishCommand>(&*command);
  if (publish == nullptr) {
    return PublishItem{std::nullopt, fail(ErrorCode::bad_request, R"("op": expected "publish")")};
  }
  return PublishItem{publish->id, std::move(publish->publication)};
}

}  // namespace

Result<PublishBody> read_publish_body(std::string_view body, std::size_t items_max) {
  if (!is_utf8(body)) return fail(ErrorCode::bad_request, "the body is not UTF-8");
  auto rest = trim(body);
  PublishBody out;
  out.is_array = rest.size() >= 2 && rest.front() == '[' && rest.back() == ']';
  if (!out.is_array) {
    auto item = read_item(body);
    if (!item) return fail(item.error());
    out.items.push_back(*std::move(item));
    return out;
  }
  rest = rest.substr(1, rest.size() - 2);
  bool has_more = !trim(rest).empty();
  while (has_more) {
    if (out.items.size() == items_max) {
      return fail(ErrorCode::too_big,
                  fmt::format("more objects than limits.publish_batch = {}", items_max));
    }
    const auto end = element_end(rest);
    auto item = read_item(rest.substr(0, end));
    if (!item) {
      return fail(ErrorCode::bad_request,
                  fmt::format("object {}: {}", out.items.size() + 1, item.error().message()));
    }
    out.items.push_back(*std::move(item));
    has_more = end < rest.size();
    rest.remove_prefix(has_more ? end + 1 : end);
  }
  return out;
}

void write_publish_reply(std::optional<RequestId> id,
                         const Result<Position>& result,
                         std::string& out) {
  ReplyEvent reply;
  if (!result) {
    reply.body = result.error();
  } else {
    // Without an epoch the source has it, and nobody here knows where.
    const bool is_ours = !result->epoch.empty();
    reply.body = PublishedReply{is_ours ? std::optional(*result) : std::nullopt};
  }
  reply.re = id.value_or(0);
  std::string text;
  json_codec().encode(reply, text);
  if (!id) {
    constexpr std::string_view re = R"("re":0,)";
    assert(std::string_view(text).substr(1).starts_with(re));
    text.erase(1, re.size());
  }
  out += text;
}

}  // namespace weir::protocol::native
