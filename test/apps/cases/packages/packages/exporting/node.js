module.exports = "for node";
