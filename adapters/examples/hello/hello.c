/* The smallest plug-in for Weir, in C: says hello in the topic hello/world, and to whoever
   publishes to a topic that it owns. No thread, no allocation but its own state. */
#include <stdlib.h>
#include <string.h>
#include <weir/weir_adapter.h>

typedef struct hello {
  const weir_host* host; /* lives until `close` returns */
} hello;

static weir_text text_of(const char* string) {
  weir_text text;
  text.data = string;
  text.size = strlen(string);
  return text;
}

static void say(const hello* self, weir_text topic, const char* json) {
  weir_publication entry;
  memset(&entry, 0, sizeof entry);
  entry.size = sizeof entry;
  entry.topic = topic;
  entry.payload = text_of(json);
  /* NULL: a refusal needs no reason here; the gateway counts it */
  (void)self->host->publish(self->host->context, &entry, 1, NULL);
}

static void* hello_open(const weir_settings* settings, const weir_host* host, weir_error* error) {
  hello* self;
  if (settings->config.size != 2) { /* {} */
    error->code = WEIR_ERROR_BAD_REQUEST;
    strcpy(error->message, "there is nothing to configure");
    return NULL;
  }
  self = (hello*)malloc(sizeof *self);
  if (self != NULL) self->host = host;
  return self;
}

static int hello_start(void* self, weir_error* error) {
  const hello* me = (const hello*)self;
  (void)error;
  me->host->status(me->host->context, WEIR_UP, text_of("here"));
  say(me, text_of("hello/world"), "\"hello\"");
  return 0;
}

static void hello_stop(void* self) {
  (void)self;
}

static void hello_close(void* self) {
  free(self);
}

static void hello_send(void* self, uint64_t send_id, const weir_publication* publication) {
  const hello* me = (const hello*)self;
  say(me, publication->topic, "\"hello to you, too\"");
  me->host->sent(me->host->context, send_id, WEIR_SENT, NULL);
}

static const weir_adapter table = {
    sizeof(weir_adapter),
    WEIR_ABI_VERSION,
    {"hello", 5},
    {"1.0.0", 5},
    hello_open,
    hello_start,
    hello_stop,
    hello_close,
    NULL, /* wanted */
    NULL, /* unwanted */
    NULL, /* resumed */
    NULL, /* receipts */
    hello_send,
    NULL /* replay */
};

WEIR_EXPORT const weir_adapter* weir_adapter_entry(uint32_t host_abi_version) {
  return host_abi_version == WEIR_ABI_VERSION ? &table : NULL;
}
