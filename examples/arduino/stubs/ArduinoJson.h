// https://arduinojson.org/v7/api/
#pragma once
#include <Arduino.h>

struct JsonVariant {
  template <typename T> JsonVariant &operator=(const T &);
  JsonVariant operator[](int);
  template <typename T> T as() const;
};
struct JsonDocument {
  JsonVariant operator[](const char *);
};
struct DeserializationError {
  explicit operator bool() const;
};
size_t serializeJson(const JsonDocument &, String &);
DeserializationError deserializeJson(JsonDocument &, const uint8_t *, size_t);
