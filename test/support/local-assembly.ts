import { App } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import type { RoomsProps } from "../../lib/rooms-props";
import { RoomsStack } from "../../lib/rooms-stack";

/** Synthesizes the stack of an application as `npm start` does, in this process. @returns the folder of the assembly */
export function synthesizeLocally(props: RoomsProps): string {
  const app = new App({
    builtinCloudFormationValidation: false,
    context: { ...featureFlags, "lambda-rooms:local": true },
  });
  new RoomsStack(app, "LambdaRooms", props);
  return app.synth().directory;
}
