module.exports = () => "main";
