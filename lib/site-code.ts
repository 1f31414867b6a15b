import { SiteHeader } from "../src/names";

/**
 * The code of the site's CloudFront Functions. Their runtime knows ECMAScript 5.1 and parts of later versions, no
 * network, and 10 KB of code.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/**
 * What the site knows of a client, for the functions behind it. A client cannot write these headers: here they are
 * overwritten, and past the site they count only with the secret.
 */
const NOTE_CLIENT = `
  var headers = request.headers;
  headers['${SiteHeader.address}'] = { value: event.viewer.ip };
  headers['${SiteHeader.host}'] = { value: headers.host.value };`;

/** Before the function that serves HTTP. */
export const HTTP_CODE = `function handler(event) {
  var request = event.request;${NOTE_CLIENT}
  return request;
}
`;

/** What a client is answered that asks for long-polling, as a server with `transports: ["websocket"]` begins it too. */
export const NO_POLLING =
  'Transport unknown: this server speaks WebSocket only. Mend it in the client: io({ transports: ["websocket"] })';

/**
 * Before the WebSocket's stage, which refuses any path but its own: the path becomes the stage's, the query stays. Other
 * requests are answered here, in the form of Socket.IO's own server and readable for pages of other origins.
 *
 * @see https://robanderson.dev/blog/cloudfront-url-transform.html
 */
export function socketCode(stageName: string): string {
  return `function refuse(origin) {
  var headers = {
    'content-type': { value: 'application/json' },
    'cache-control': { value: 'no-store' },
    'access-control-allow-origin': { value: origin ? origin.value : '*' }
  };
  if (origin) headers['access-control-allow-credentials'] = { value: 'true' };
  return {
    statusCode: 400,
    statusDescription: 'Bad Request',
    headers: headers,
    body: { encoding: 'text', data: ${JSON.stringify(JSON.stringify({ code: 0, message: NO_POLLING }))} }
  };
}

function handler(event) {
  var request = event.request;${NOTE_CLIENT}
  if (!headers['sec-websocket-key']) return refuse(headers.origin);
  headers['${SiteHeader.path}'] = { value: request.uri };
  request.uri = '/${stageName}';
  return request;
}
`;
}

/** Of a site without HTTP. */
export const NOTHING_CODE = `function handler() {
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'text/plain; charset=utf-8' } },
    body: {
      encoding: 'text',
      data: 'This application serves no pages. Clients connect with io("https://<this host>", { transports: ["websocket"] }).'
    }
  };
}
`;

/** Before the file of `/`. */
export const ROOT_CODE = `function handler(event) {
  event.request.uri = '/index.html';
  return event.request;
}
`;

/** S3 says no charset of text, so a browser would guess; servers of static files say UTF-8. */
export const CHARSET_CODE = `function handler(event) {
  var response = event.response;
  var type = response.headers['content-type'];
  if (type && /^(text\\/|image\\/svg|application\\/(javascript|json|xml|manifest))/.test(type.value)) {
    if (type.value.indexOf('charset') < 0) type.value += '; charset=utf-8';
  }
  return response;
}
`;
