#include "adapters/nats/nats_values.hpp"

#include "protocol/core/utf8.hpp"

#include <cstdlib>
#include <nats/nats.h>
#include <new>
#include <string_view>
#include <utility>

namespace weir::adapters::nats {

namespace {

using Failed = protocol::Unexpected<std::string>;

/// What libnats has allocated for us.
struct Free {
  void operator()(const char** names) const {
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): it is not ours to choose
    std::free(static_cast<void*>(names));
  }
};

/// Calls until one fails.
class Steps {
public:
  template <class Call>
  Steps& then(Call call) {
    if (status_ == NATS_OK) status_ = call();
    return *this;
  }
  [[nodiscard]] natsStatus status() const { return status_; }

private:
  natsStatus status_ = NATS_OK;
};

natsStatus set_user(natsOptions* options, const common::BrokerUrl& broker) {
  if (!broker.user) return NATS_OK;
  // nats://token@host
  if (broker.password.empty()) return natsOptions_SetToken(options, broker.user->c_str());
  return natsOptions_SetUserInfo(options, broker.user->c_str(), broker.password.c_str());
}

natsStatus set_tls(natsOptions* options,
                   const NatsConfig& config,
                   const common::BrokerUrl& broker) {
  if (!broker.has_tls) return NATS_OK;
  const common::TlsOptions& tls = config.tls;
  const std::string& name = tls.server_name.empty() ? broker.host : tls.server_name;
  Steps steps;
  steps.then([&] { return natsOptions_SetSecure(options, true); });
  if (!tls.ca.empty())
    steps.then([&] { return natsOptions_LoadCATrustedCertificates(options, tls.ca.c_str()); });
  if (!tls.certificate.empty())
    steps.then([&] {
      return natsOptions_LoadCertificatesChain(options, tls.certificate.c_str(), tls.key.c_str());
    });
  if (tls.verifies) {
    steps.then([&] { return natsOptions_SetExpectedHostname(options, name.c_str()); });
  } else {
    steps.then([&] { return natsOptions_SkipServerVerification(options, true); });
  }
  return steps.status();
}

}  // namespace

void DestroyOptions::operator()(natsOptions* options) const {
  natsOptions_Destroy(options);
}

void DestroyMessage::operator()(natsMsg* message) const {
  natsMsg_Destroy(message);
}

std::string text_of_status(int status) {
  return natsStatus_GetText(static_cast<natsStatus>(status));
}

std::string last_error(natsConnection* connection, int status) {
  const char* text = nullptr;
  natsConnection_GetLastError(connection, &text);
  if (text != nullptr && *text != '\0') return text;
  return status == NATS_OK ? "the server has closed it" : text_of_status(status);
}

protocol::Result<Options, std::string> make_options(const NatsConfig& config,
                                                    const common::BrokerUrl& broker,
                                                    const std::string& name) {
  natsOptions* made = nullptr;
  if (natsOptions_Create(&made) != NATS_OK) throw std::bad_alloc();
  Options options(made);
  const std::string url = common::url_of(broker, url_scheme);
  const auto timeout = config.patience.connect_timeout.count();
  Steps steps;
  steps.then([&] { return natsOptions_SetURL(made, url.c_str()); })
      .then([&] { return natsOptions_SetName(made, name.c_str()); })
      .then([&] { return natsOptions_SetTimeout(made, timeout); })
      .then([&] { return natsOptions_SetWriteDeadline(made, timeout); })
      // we reconnect by ourselves, to whichever of the brokers
      .then([&] { return natsOptions_SetAllowReconnect(made, false); })
      .then([&] { return natsOptions_SetPingInterval(made, config.patience.heartbeat.count()); })
      .then([&] { return natsOptions_SetMaxPingsOut(made, 1); })
      // one thread for all subscriptions, so that their messages keep their order
      .then([&] { return natsOptions_UseGlobalMessageDelivery(made, true); })
      .then([&] { return set_user(made, broker); })
      .then([&] { return set_tls(made, config, broker); });
  if (steps.status() != NATS_OK) return Failed(text_of_status(steps.status()));
  return options;
}

common::Message to_message(natsMsg& from, std::uint64_t body_bytes_max) {
  common::Message message;
  message.subject = natsMsg_GetSubject(&from);
  message.body_bytes = static_cast<std::uint64_t>(natsMsg_GetDataLength(&from));
  message.is_too_big = message.body_bytes > body_bytes_max;
  if (!message.is_too_big && message.body_bytes > 0)
    message.body.assign(natsMsg_GetData(&from), message.body_bytes);
  const char** names = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(&from, &names, &count) != NATS_OK) return message;
  const std::unique_ptr<const char*, Free> owned(names);
  for (int i = 0; i < count; ++i) {
    const char* value = nullptr;
    if (natsMsgHeader_Get(&from, names[i], &value) != NATS_OK || value == nullptr) continue;
    if (!protocol::is_utf8(names[i]) || !protocol::is_utf8(value)) continue;
    if (std::string_view(names[i]) == message_id_header) message.message_id = value;
    message.headers.emplace_back(names[i], value);
  }
  return message;
}

protocol::Result<NatsMessage, std::string> to_nats(const common::OutgoingMessage& message) {
  natsMsg* made = nullptr;
  const natsStatus created = natsMsg_Create(&made,
                                            message.subject.c_str(),
                                            nullptr,
                                            message.body.data(),
                                            static_cast<int>(message.body.size()));
  if (created != NATS_OK) return Failed(text_of_status(created));
  NatsMessage owned(made);
  Steps steps;
  const auto set = [&](const std::string& name, const std::string& value) {
    steps.then([&] { return natsMsgHeader_Set(made, name.c_str(), value.c_str()); });
  };
  set(message_id_header, message.message_id);
  set("Content-Type", std::string(message.content_type));
  for (const auto& [name, value] : message.headers) set(std::string(name), value);
  if (steps.status() != NATS_OK) return Failed(text_of_status(steps.status()));
  return owned;
}

}  // namespace weir::adapters::nats
