/** Defined where `bin/package` builds the npm package, whose code lies in one folder. */
declare const LAMBDA_ROOMS_PACKAGE: true | undefined;
