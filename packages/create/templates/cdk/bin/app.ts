import { App } from "aws-cdk-lib";
import { ChatStack } from "../lib/chat-stack";

new ChatStack(new App(), "Chat");
