import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * A function's credentials are in its environment. The default chain would bring along clients of STS and
 * SSO, web identities and profiles in files, a quarter of each bundle, none of which Lambda ever uses.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = () => fromEnv();
export const credentialsWillNeedRefresh = () => false;
export const credentialsTreatedAsExpired = () => false;
