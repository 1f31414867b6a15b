export const region = "us-east-1";
/** Of a function's role: the token is as long as those are. */
export const credentials = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
  sessionToken: "t".repeat(700),
};
