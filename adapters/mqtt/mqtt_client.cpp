#include "adapters/mqtt/mqtt_client.hpp"

#include <cerrno>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <system_error>
#include <utility>

namespace weir::adapters::mqtt {

namespace {

using Failed = protocol::Unexpected<std::string>;

/// libmosquitto's own state, for as long as the process lives.
void need_library() {
  struct Library {
    Library() { mosquitto_lib_init(); }
    ~Library() { mosquitto_lib_cleanup(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
  };
  static const Library library;
}

int use_tls(const common::TlsOptions& tls, mosquitto* client) {
  const auto or_null = [](const std::string& path) {
    return path.empty() ? nullptr : path.c_str();
  };
  const char* const of_system = tls.ca.empty() ? "/etc/ssl/certs" : nullptr;
  const int status = mosquitto_tls_set(
      client, or_null(tls.ca), of_system, or_null(tls.certificate), or_null(tls.key), nullptr);
  if (status != MOSQ_ERR_SUCCESS) return status;
  // OpenSSL's SSL_VERIFY_PEER and SSL_VERIFY_NONE
  const int verification = tls.verifies ? 1 : 0;
  const bool is_new = tls.version_min == common::TlsOptions::Version::tls_1_3;
  const int set =
      mosquitto_tls_opts_set(client, verification, is_new ? "tlsv1.3" : "tlsv1.2", nullptr);
  if (set != MOSQ_ERR_SUCCESS || tls.verifies) return set;
  return mosquitto_tls_insecure_set(client, true);
}

}  // namespace

void DestroyClient::operator()(mosquitto* client) const {
  mosquitto_destroy(client);
}

std::string text_of_status(int status) {
  if (status == MOSQ_ERR_ERRNO) return std::generic_category().message(errno);
  return mosquitto_strerror(status);
}

protocol::Result<Client, std::string> make_client(const MqttConfig& config,
                                                  const common::BrokerUrl& broker,
                                                  void* context) {
  need_library();
  const bool is_clean = !config.has_session();
  Client client(mosquitto_new(is_clean ? nullptr : config.client_id.c_str(), is_clean, context));
  if (!client) return Failed(text_of_status(MOSQ_ERR_ERRNO));
  const int version = config.version == Version::v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311;
  mosquitto_int_option(client.get(), MOSQ_OPT_PROTOCOL_VERSION, version);
  mosquitto_int_option(client.get(), MOSQ_OPT_TCP_NODELAY, 1);
  int status = MOSQ_ERR_SUCCESS;
  if (broker.user)
    status = mosquitto_username_pw_set(client.get(), broker.user->c_str(), broker.password.c_str());
  if (status == MOSQ_ERR_SUCCESS && broker.has_tls) status = use_tls(config.tls, client.get());
  if (status != MOSQ_ERR_SUCCESS) return Failed(text_of_status(status));
  return client;
}

}  // namespace weir::adapters::mqtt
