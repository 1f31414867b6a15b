// https://github.com/Links2004/arduinoWebSockets/blob/master/src/WebSocketsClient.h
#pragma once
#include <Arduino.h>

enum WStype_t { WStype_DISCONNECTED, WStype_CONNECTED, WStype_TEXT };
struct WebSocketsClient {
  void beginSSL(const char *host, uint16_t port, const char *path);
  void onEvent(void (*listener)(WStype_t, uint8_t *, size_t));
  void setReconnectInterval(unsigned long ms);
  bool sendTXT(String &text);
  void loop();
};
