#include "interop/decompress.h"

#include <bzlib.h>
#include <limits.h>
#include <lz4frame.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>

size_t quoth_decompressed_limit(size_t size) {
  size_t ratio = 256, more = (size_t)64 << 20;
  return size < (SIZE_MAX - more) / ratio ? size * ratio + more : SIZE_MAX;
}

/* One file on its way. */
typedef struct stream {
  quoth_bytes in; /* what is left */
  quoth_buffer *out;
  size_t limit; /* of out->size */
  quoth_error *err;
} stream;

typedef struct format {
  quoth_bytes magic;
  quoth_status (*expand)(stream *s);
} format;

enum { CHUNK = 1 << 18 };

/* Room for the next piece, and its size: *room is 0 where the limit is reached. */
static quoth_status make_room(stream *s, size_t *room) {
  size_t left = s->limit - s->out->size;
  *room = left < CHUNK ? left : CHUNK;
  /* One byte more, so that a library that has something left can say so. */
  return quoth_buffer_reserve(s->out, *room + 1, s->err);
}

static char *end_of(const stream *s) { return s->out->data + s->out->size; }

static quoth_status fail_damaged(const stream *s, const char *name) {
  return quoth_fail(s->err, QUOTH_ERR_FORMAT, "the %s data are damaged or cut off", name);
}

static quoth_status fail_limit(const stream *s) {
  return quoth_fail(s->err, QUOTH_ERR_FORMAT,
                    "it is compressed and expands to more than %zu bytes; no model does", s->limit);
}

/* Libraries say after each piece whether they are done. A piece that adds nothing and takes nothing
 * means that the file is cut off. */
typedef enum progress { AT_WORK, DONE, DAMAGED } progress;

static quoth_status run(stream *s, const char *name, void *state,
                        progress (*step)(void *state, stream *s, size_t *n_out)) {
  for (;;) {
    size_t n_out, n_in = s->in.size;
    quoth_status status = make_room(s, &n_out);
    if (status) return status;
    n_out++;
    progress at = step(state, s, &n_out);
    s->out->size += n_out;
    if (at == DAMAGED) return fail_damaged(s, name);
    if (s->out->size > s->limit) return fail_limit(s);
    if (at == DONE) return s->in.size == 0 ? QUOTH_OK : fail_damaged(s, name);
    if (n_out == 0 && n_in == s->in.size) return fail_damaged(s, name);
  }
}

static void advance(stream *s, size_t n) {
  s->in.data += n;
  s->in.size -= n;
}

static unsigned at_most_uint(size_t size) { return size < UINT_MAX ? (unsigned)size : UINT_MAX; }

/* ---- zlib, gzip ------------------------------------------------------------ */

static progress step_zlib(void *state, stream *s, size_t *n_out) {
  z_stream *z = state;
  unsigned n_in = at_most_uint(s->in.size), room = at_most_uint(*n_out);
  z->next_in = (Bytef *)(uintptr_t)s->in.data;
  z->avail_in = n_in;
  z->next_out = (Bytef *)end_of(s);
  z->avail_out = room;
  int code = inflate(z, Z_NO_FLUSH);
  advance(s, n_in - z->avail_in);
  *n_out = room - z->avail_out;
  return code == Z_STREAM_END ? DONE : code == Z_OK || code == Z_BUF_ERROR ? AT_WORK : DAMAGED;
}

static quoth_status expand_zlib(stream *s) {
  enum { ZLIB_OR_GZIP = MAX_WBITS + 32 };
  z_stream z = {0};
  if (inflateInit2(&z, ZLIB_OR_GZIP) != Z_OK) return quoth_fail_nomem(s->err, sizeof z);
  quoth_status status = run(s, "zlib", &z, step_zlib);
  inflateEnd(&z);
  return status;
}

/* ---- bzip2 ----------------------------------------------------------------- */

static progress step_bzip2(void *state, stream *s, size_t *n_out) {
  bz_stream *b = state;
  unsigned n_in = at_most_uint(s->in.size), room = at_most_uint(*n_out);
  b->next_in = (char *)(uintptr_t)s->in.data;
  b->avail_in = n_in;
  b->next_out = end_of(s);
  b->avail_out = room;
  int code = BZ2_bzDecompress(b);
  advance(s, n_in - b->avail_in);
  *n_out = room - b->avail_out;
  return code == BZ_STREAM_END ? DONE : code == BZ_OK ? AT_WORK : DAMAGED;
}

static quoth_status expand_bzip2(stream *s) {
  bz_stream b = {0};
  if (BZ2_bzDecompressInit(&b, 0, 0) != BZ_OK) return quoth_fail_nomem(s->err, sizeof b);
  quoth_status status = run(s, "bzip2", &b, step_bzip2);
  BZ2_bzDecompressEnd(&b);
  return status;
}

/* ---- xz, lzma -------------------------------------------------------------- */

static progress step_lzma(void *state, stream *s, size_t *n_out) {
  lzma_stream *l = state;
  size_t n_in = s->in.size, room = *n_out;
  l->next_in = (const uint8_t *)s->in.data;
  l->avail_in = n_in;
  l->next_out = (uint8_t *)end_of(s);
  l->avail_out = room;
  lzma_ret code = lzma_code(l, LZMA_RUN);
  advance(s, n_in - l->avail_in);
  *n_out = room - l->avail_out;
  return code == LZMA_STREAM_END                     ? DONE
         : code == LZMA_OK || code == LZMA_BUF_ERROR ? AT_WORK
                                                     : DAMAGED;
}

static quoth_status expand_lzma(stream *s) {
  enum { MOST_MEMORY = 256 << 20 }; /* the strongest preset takes 65 MiB */
  lzma_stream l = LZMA_STREAM_INIT;
  if (lzma_auto_decoder(&l, MOST_MEMORY, 0) != LZMA_OK) return quoth_fail_nomem(s->err, sizeof l);
  quoth_status status = run(s, "xz", &l, step_lzma);
  lzma_end(&l);
  return status;
}

/* ---- lz4 ------------------------------------------------------------------- */

static progress step_lz4(void *state, stream *s, size_t *n_out) {
  size_t n_in = s->in.size;
  size_t code = LZ4F_decompress(state, end_of(s), n_out, s->in.data, &n_in, NULL);
  if (LZ4F_isError(code)) {
    *n_out = 0;
    return DAMAGED;
  }
  advance(s, n_in);
  return code == 0 ? DONE : AT_WORK;
}

static quoth_status expand_lz4(stream *s) {
  LZ4F_dctx *context;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
    return quoth_fail_nomem(s->err, 1);
  quoth_status status = run(s, "lz4", context, step_lz4);
  LZ4F_freeDecompressionContext(context);
  return status;
}

/* ---- All ------------------------------------------------------------------- */

static quoth_status expand_legacy(stream *s) {
  return quoth_fail(s->err, QUOTH_ERR_FORMAT,
                    "written by joblib 0.9 or older; load it in Python and dump it again");
}

static const format formats[] = {
    {{"\x78", 1}, expand_zlib},     {{"\x1f\x8b", 2}, expand_zlib},
    {{"BZh", 3}, expand_bzip2},     {{"\xfd\x37\x7a\x58\x5a", 5}, expand_lzma},
    {{"\x5d\x00", 2}, expand_lzma}, {{"\x04\x22\x4d\x18", 4}, expand_lz4},
    {{"ZF", 2}, expand_legacy},
};

quoth_status quoth_decompress(quoth_bytes in, size_t limit, bool *is_compressed, quoth_buffer *out,
                              quoth_error *err) {
  *is_compressed = false;
  out->size = 0;
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    const format *f = &formats[i];
    if (in.size < f->magic.size || memcmp(in.data, f->magic.data, f->magic.size) != 0) continue;
    *is_compressed = true;
    stream s = {in, out, limit < SIZE_MAX - 1 ? limit : SIZE_MAX - 1, err};
    return f->expand(&s);
  }
  return QUOTH_OK;
}
