/** `RoomsFunctionsLaneDEA66BD8` is CloudFormation's way to say `lane`. */
export function shortName(logicalId: string): string {
  return logicalId.replace(/^.*Functions(\w+?)[0-9A-F]{8}$/, "$1").toLowerCase();
}
