#include "deploy/templates.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "deploy/template_texts.h"

#define TEXT(array)                                                                                \
  { (const char *)(array), sizeof(array) - 1 }

static const quoth_template templates[] = {
    {"sam", "sam deploy --guided", false, 1, {{"template.yaml", TEXT(sam_template)}}},
    {"terraform", "terraform init && terraform apply", false, 1, {{"main.tf", TEXT(terraform)}}},
    {"cdk",
     "npm install aws-cdk-lib constructs && npx cdk deploy",
     false,
     2,
     {{"app.js", TEXT(cdk_app)}, {"cdk.json", TEXT(cdk_json)}}},
    {"dockerfile", "docker build .", true, 1, {{"Dockerfile", TEXT(dockerfile)}}},
};

const quoth_template *quoth_template_find(const char *name) {
  for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
    if (strcmp(templates[i].name, name) == 0) return &templates[i];
  return NULL;
}

/* The value whose place `text` begins with, or NULL; *size is that of the place. */
static const char *find_value(quoth_bytes text, const quoth_template_values *values,
                              const char *memory, size_t *size) {
  const struct {
    const char *place, *value;
  } known[] = {
      {"@zip@", values->zip},
      {"@arch@", values->arch->name},
      {"@cdk_arch@", values->arch->cdk_name},
      {"@docker_arch@", values->arch->docker_name},
      {"@memory@", memory},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    *size = strlen(known[i].place);
    if (*size <= text.size && memcmp(text.data, known[i].place, *size) == 0) return known[i].value;
  }
  return NULL;
}

quoth_status quoth_template_render(quoth_bytes text, const quoth_template_values *values,
                                   quoth_buffer *out, quoth_error *err) {
  char memory[24];
  snprintf(memory, sizeof memory, "%" PRIu64, values->memory_mib);
  quoth_status status = QUOTH_OK;
  while (text.size > 0 && !status) {
    size_t size;
    const char *value = *text.data == '@' ? find_value(text, values, memory, &size) : NULL;
    if (value) {
      status = quoth_buffer_append(out, value, strlen(value), err);
    } else {
      const char *next = memchr(text.data + 1, '@', text.size - 1);
      size = next ? (size_t)(next - text.data) : text.size;
      status = quoth_buffer_append(out, text.data, size, err);
    }
    text = (quoth_bytes){text.data + size, text.size - size};
  }
  return status;
}
