/* A plug-in that is well, or not: what VARIANT says of it is compiled in. Publishes variant/0 and
   variant/1 in one call when it starts. */
#include <stddef.h>
#include <string.h>
#include <weir/weir_adapter.h>

#define GOOD 0
#define OLDER 1         /* its structs end before members that version 1 has got since */
#define NEWER 2         /* its structs go on behind what this version has */
#define NULL_ENTRY 3    /* its entry function returns NULL */
#define OTHER_VERSION 4 /* its table is of version 2 */
#define SHORT_TABLE 5   /* its table ends before the functions that must be there */
#define NO_STOP 6       /* its table has no stop */
#define NO_SYMBOL 7     /* it does not export the entry function */
#define UNRESOLVED 8    /* it calls what nobody defines */

#if VARIANT == OLDER
/* As a header of then had it: nothing behind the functions that must be there, no message id. */
typedef struct plugin_table {
  uint32_t size;
  uint32_t abi_version;
  weir_text name;
  weir_text version;
  void* (*open)(const weir_settings* settings, const weir_host* host, weir_error* error);
  int (*start)(void* self, weir_error* error);
  void (*stop)(void* self);
  void (*close)(void* self);
} plugin_table;
typedef struct plugin_publication {
  uint32_t size;
  weir_operation operation;
  weir_text topic;
  weir_text key;
  weir_text payload;
  weir_payload_format format;
  weir_kind kind;
  const weir_field* fields;
  size_t field_count;
} plugin_publication;
#elif VARIANT == NEWER
typedef struct plugin_table {
  weir_adapter known;
  void (*later)(void* self);
} plugin_table;
typedef struct plugin_publication {
  weir_publication known;
  weir_text later;
} plugin_publication;
#else
typedef weir_adapter plugin_table;
typedef weir_publication plugin_publication;
#endif

/* What lies behind an older table is not the plug-in's to answer for. */
typedef struct guarded_table {
  plugin_table table;
  unsigned char behind[sizeof(weir_adapter)];
} guarded_table;

static guarded_table all;
static const weir_host* host; /* one instance is enough for a test */

static weir_text text_of(const char* string) {
  weir_text text;
  text.data = string;
  text.size = strlen(string);
  return text;
}

static void* variant_open(const weir_settings* settings,
                          const weir_host* the_host,
                          weir_error* error) {
  (void)settings;
  (void)error;
  host = the_host;
  return &all;
}

static int variant_start(void* self, weir_error* error) {
  static const char* const topics[2] = {"variant/0", "variant/1"};
  struct {
    plugin_publication items[2];
    unsigned char behind[sizeof(weir_publication)];
  } entries;
  weir_refusal refusal;
  size_t i;
  (void)self;
  memset(&entries, 0xAB, sizeof entries); /* so that whoever reads too much gets nonsense */
  for (i = 0; i < 2; ++i) {
    memset(&entries.items[i], 0, sizeof entries.items[i]);
#if VARIANT == NEWER
    entries.items[i].later = text_of("what this gateway does not know");
    entries.items[i].known.topic = text_of(topics[i]);
    entries.items[i].known.payload = text_of("1");
    entries.items[i].known.size = sizeof entries.items[i];
#else
    entries.items[i].topic = text_of(topics[i]);
    entries.items[i].payload = text_of("1");
    entries.items[i].size = sizeof entries.items[i];
#endif
  }
  if (host->publish(
          host->context, (const weir_publication*)(const void*)entries.items, 2, &refusal) ==
      WEIR_REFUSED) {
    *error = refusal.error;
    return -1;
  }
  host->status(host->context, WEIR_UP, text_of("here"));
  return 0;
}

static void variant_stop(void* self) {
  (void)self;
}

static void variant_close(void* self) {
  (void)self;
}

#if VARIANT == NEWER
static void variant_later(void* self) {
  (void)self;
}
#endif

#if VARIANT == UNRESOLVED
const char* nobody_defines_this(void);
#endif

#if VARIANT == NO_SYMBOL
#define ENTRY weir_adapter_entrance
WEIR_EXPORT const weir_adapter* ENTRY(uint32_t host_abi_version);
#else
#define ENTRY weir_adapter_entry
#endif

WEIR_EXPORT const weir_adapter* ENTRY(uint32_t host_abi_version) {
#if VARIANT == NEWER
  weir_adapter* table = &all.table.known;
  all.table.later = variant_later;
#else
  plugin_table* table = &all.table;
#endif
  if (host_abi_version != WEIR_ABI_VERSION) return NULL;
  memset(all.behind, 0xAB, sizeof all.behind);
  table->size = sizeof(plugin_table);
  table->abi_version = WEIR_ABI_VERSION;
  table->name = text_of("variant");
  table->version = text_of("1.0.0");
  table->open = variant_open;
  table->start = variant_start;
  table->stop = variant_stop;
  table->close = variant_close;
#if VARIANT == NULL_ENTRY
  return NULL;
#elif VARIANT == OTHER_VERSION
  table->abi_version = WEIR_ABI_VERSION + 1;
#elif VARIANT == SHORT_TABLE
  table->size = offsetof(weir_adapter, start);
#elif VARIANT == NO_STOP
  table->stop = NULL;
#elif VARIANT == UNRESOLVED
  table->name = text_of(nobody_defines_this());
#endif
  return (const weir_adapter*)(const void*)table;
}
