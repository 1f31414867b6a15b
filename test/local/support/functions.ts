/** Source that posts from a function, signed with what the function finds in its environment. */
export const postSource = `
const { createHash, createHmac } = require("node:crypto");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const post = async (id, text, method = "POST") => {
  const stamp = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "");
  const scope = stamp.slice(0, 8) + "/us-east-1/execute-api/aws4_request";
  const url = new URL(
    process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI + "/@connections/" + encodeURIComponent(id),
  );
  const path = url.pathname.split("/").map(encodeURIComponent).join("/");
  const body = sha256(method === "POST" ? text : "");
  const request = [method, path, "", "host:" + url.host + "\\n", "host", body].join("\\n");
  const signed = ["AWS4-HMAC-SHA256", stamp, scope, sha256(request)].join("\\n");
  const key = scope.split("/").reduce(hmac, "AWS4" + process.env.AWS_SECRET_ACCESS_KEY);
  const response = await fetch(
    url,
    {
      method,
      ...(method === "POST" && { body: text }),
      headers: {
        "x-amz-date": stamp,
        authorization: 
          "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/" + scope +
          ", SignedHeaders=host, Signature=" + hmac(key, signed).toString("hex"),
      },
    },
  );
  return response.status;
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
