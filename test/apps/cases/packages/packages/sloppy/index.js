leaked = 010;
exports.kind = function () {
  with ({ inner: leaked }) return [typeof this, inner];
};
