#pragma once

#include "adapters/amqp/arguments.hpp"
#include "adapters/common/message.hpp"
#include "protocol/core/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): theirs
struct amqp_bytes_t_;
struct amqp_connection_state_t_;
struct amqp_basic_properties_t_;
struct amqp_field_value_t_;
struct amqp_method_t_;
struct amqp_rpc_reply_t_;
struct amqp_table_entry_t_;
struct timeval;
// NOLINTEND(readability-identifier-naming)

// What rabbitmq-c has, turned into text and back.
namespace weir::adapters::amqp {

/// Views, for the life of what they refer to.
[[nodiscard]] amqp_bytes_t_ bytes_of(std::string_view text);
[[nodiscard]] std::string_view view_of(const amqp_bytes_t_& bytes);
[[nodiscard]] amqp_table_entry_t_ text_entry(const amqp_bytes_t_& name, std::string_view value);
[[nodiscard]] amqp_table_entry_t_ entry_of(const Arguments::value_type& argument);
[[nodiscard]] timeval to_timeval(std::chrono::milliseconds time);

/// Text, numbers and truth values; nullopt: lists, tables and bytes that are no text.
[[nodiscard]] std::optional<std::string> text_of_value(const amqp_field_value_t_& value);
/// Message id and headers.
void copy_properties(const amqp_basic_properties_t_& properties, common::Message& delivery);

/// One sentence about what went wrong.
[[nodiscard]] std::string text_of_status(int status);
[[nodiscard]] std::string text_of_reply(const amqp_rpc_reply_t_& reply);
/// How the last call has ended that waited for an answer.
/// Errors: one sentence that begins with `what`.
[[nodiscard]] protocol::Result<void, std::string> last_reply(amqp_connection_state_t_* state,
                                                             std::string_view what);
/// Of channel.close or connection.close.
[[nodiscard]] std::string text_of_close(const amqp_method_t_& method);

}  // namespace weir::adapters::amqp
