// What the fast half gets in place of a package of the slow one.
throw new Error("Only the slow half loads this package: see test/support/halves.js");
