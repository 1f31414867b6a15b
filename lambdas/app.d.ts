/** The application, which the bundler puts in this place. */
declare module "lambda-rooms-app" {
  export const io: import("socket.io").Server;
}
