/** What needs the AWS SDK: loaded when it is used, and a bundle of its own in the package. */
export { deployedSource } from "./deployed-source";
export { findDeployment } from "./find-deployment";
export { localSource } from "./local-source";
