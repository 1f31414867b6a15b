/*
 * A button and a lamp in a room: every board that is in the room "team.red" switches its lamp when one button is pressed.
 *
 * For ESP32 or ESP8266, with the libraries WebSockets by Markus Sattler and ArduinoJson 7 by Benoit Blanchon.
 * https://github.com/Links2004/arduinoWebSockets
 */
#include <ArduinoJson.h>
#include <WebSocketsClient.h>
#include <WiFi.h>

const char *WIFI_NAME = "your network";
const char *WIFI_PASSWORD = "your password";
// The host of the stack's output; beginSSL is for port 443.
const char *HOST = "abcdef1234.execute-api.us-east-1.amazonaws.com";
const uint8_t BUTTON = 0;
const uint8_t LAMP = 2;

WebSocketsClient webSocket;
bool isOn = false;
bool isJoined = false;
bool wasPressed = false;
unsigned long lastId = 0;

void act(JsonDocument &action) {
  action["id"] = ++lastId;
  String text;
  serializeJson(action, text);
  webSocket.sendTXT(text);
}

void join() {
  JsonDocument action;
  action["action"] = "join";
  action["room"] = "team.red";
  act(action);
}

void sendLamp(bool on) {
  JsonDocument action;
  action["action"] = "send";
  action["room"] = "team.red";
  action["event"] = "lamp";
  action["args"][0] = on;
  act(action);
}

void hear(JsonDocument &message) {
  String type = message["type"].as<String>();
  if (type == "connect") join();
  if (type == "ack") isJoined = true;
  if (type == "error") Serial.println(message["message"].as<String>());
  if (type == "event" && message["event"].as<String>() == "lamp") {
    isOn = message["args"][0].as<bool>();
    digitalWrite(LAMP, isOn ? HIGH : LOW);
  }
}

void onWebSocket(WStype_t type, uint8_t *payload, size_t length) {
  if (type == WStype_DISCONNECTED) isJoined = false;
  if (type != WStype_TEXT) return;
  JsonDocument message;
  if (!deserializeJson(message, payload, length)) hear(message);
}

void setup() {
  Serial.begin(115200);
  pinMode(BUTTON, INPUT_PULLUP);
  pinMode(LAMP, OUTPUT);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  webSocket.beginSSL(HOST, 443, "/prod");
  webSocket.onEvent(onWebSocket);
  webSocket.setReconnectInterval(2000);
}

void loop() {
  webSocket.loop();
  bool isPressed = digitalRead(BUTTON) == LOW;
  if (isPressed && !wasPressed && isJoined) sendLamp(!isOn);
  wasPressed = isPressed;
  delay(10);
}
