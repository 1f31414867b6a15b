await new Promise((r) => setTimeout(r, 20));
throw new TypeError("no such thing");
