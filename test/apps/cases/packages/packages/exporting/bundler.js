module.exports = "for bundlers";
