// What the sketch uses of Arduino, for a check of its syntax by any C++ compiler.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

class String : public std::string {
public:
  using std::string::string;
};
struct SerialPort {
  void begin(unsigned long);
  void println(const String &);
};
extern SerialPort Serial;
enum { LOW, HIGH, INPUT_PULLUP, OUTPUT };
void pinMode(uint8_t pin, uint8_t mode);
void digitalWrite(uint8_t pin, uint8_t value);
int digitalRead(uint8_t pin);
void delay(unsigned long ms);
