/**
 * Source that posts from a function. It names an access key that the stack does not know, whose signature is
 * therefore not verified; the SDK's client is tested from outside.
 */
export const postSource = `
const post = async (id, text, method = "POST") => {
  const stamp = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "");
  const scope = stamp.slice(0, 8) + "/us-east-1/execute-api/aws4_request";
  const response = await fetch(
    process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI + "/@connections/" + encodeURIComponent(id),
    {
      method,
      ...(method === "POST" && { body: text }),
      headers: {
        "x-amz-date": stamp,
        authorization: "AWS4-HMAC-SHA256 Credential=FIXTURE/" + scope + ", SignedHeaders=host, Signature=0",
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
