/**
 * The ports between Socket.IO's side (`host`, `adapter`) and AWS's side (`store`, `delivery`, `lanes`),
 * and the records that cross them. This folder imports nothing.
 */
export * from "./application";
export * from "./delivery";
export * from "./hearing";
export * from "./invocation";
export * from "./isolations";
export * from "./large-rooms";
export * from "./memory";
export * from "./orders";
export * from "./presence";
export * from "./records";
export * from "./recovery";
export * from "./requests";
export * from "./sender";
export * from "./spendings";
export * from "./store";
export * from "./stores";
export * from "./upgrade";
