module.exports = "for all";
