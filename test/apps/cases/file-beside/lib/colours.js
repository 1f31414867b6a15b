const fs = require("fs");
exports.colours = fs.readFileSync(`${__dirname}/colours.txt`, "utf8").trim().split("\n");
