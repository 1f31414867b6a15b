/** Set where functions run on a developer's machine, which no other user can reach. */
const LOCAL = "AWS_SAM_LOCAL";

/**
 * The policy of managed rooms without tokens: everything, if that was said out loud.
 *
 * @throws TypeError if it was not; `cdk synth` says the same before anything is deployed.
 */
export function openOrRefuse(namespace: string, access: string | undefined): () => true {
  if (access !== "open" && process.env[LOCAL] !== "true") {
    throw new TypeError(
      `Cannot manage rooms of ${namespace}: expected a rule for who may enter, got neither \`tokens\` nor \`authorize\`. ` +
        "Either check tokens, managedRooms(namespace, { tokens: jwtAuth({ issuer, audience }) }), " +
        'or let everyone in, managedRooms(namespace, { access: "open" })',
    );
  }
  return () => true;
}
