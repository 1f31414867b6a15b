exports.users = {};
exports.count = 0;
exports.rooms = new Map([["lobby", new Set()]]);
exports.settings = Object.freeze({ max: 3 });
