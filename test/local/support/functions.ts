/** Source of `signed(service, url, method, body)`: headers with the keys that a function finds in its environment. */
export const signSource = `
const { createHash, createHmac } = require("node:crypto");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const signed = (service, address, method, body) => {
  const url = new URL(address);
  const stamp = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "");
  const scope = stamp.slice(0, 8) + "/us-east-1/" + service + "/aws4_request";
  const path = url.pathname.split("/").map(encodeURIComponent).join("/");
  const request = [method, path, "", "host:" + url.host + "\\n", "host", sha256(body)].join("\\n");
  const text = ["AWS4-HMAC-SHA256", stamp, scope, sha256(request)].join("\\n");
  const key = scope.split("/").reduce(hmac, "AWS4" + process.env.AWS_SECRET_ACCESS_KEY);
  const credential = process.env.AWS_ACCESS_KEY_ID + "/" + scope;
  const signature = hmac(key, text).toString("hex");
  return {
    "x-amz-date": stamp,
    authorization: "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=host, Signature=" + signature,
  };
};
`;

/** Source that posts from a function. */
export const postSource = `${signSource}
const post = async (id, text, method = "POST") => {
  const url =
    process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI + "/@connections/" + encodeURIComponent(id);
  const body = method === "POST" ? { body: text } : {};
  const headers = signed("execute-api", url, method, body.body ?? "");
  return (await fetch(url, { method, headers, ...body })).status;
};
`;

/** Accepts every connection. */
export const acceptSource = `exports.handler = async () => ({ statusCode: 200 });`;

/** Sends every gateway event back to its connection, as JSON. */
export const mirrorSource = `${postSource}
exports.handler = async (event) => {
  await post(event.requestContext.connectionId, JSON.stringify(event));
  return { statusCode: 200 };
};`;

/** Sends the body of every queue record to the connection that its group names. */
export const laneSource = `${postSource}
exports.handler = async ({ Records }) => {
  for (const record of Records) await post(record.attributes.MessageGroupId, record.body);
};`;

/** Prints every event as one line, so that a test can read it from the log. */
export const printSource = `exports.handler = async (event) => {
  console.log(JSON.stringify(event));
  return { statusCode: 200 };
};`;
