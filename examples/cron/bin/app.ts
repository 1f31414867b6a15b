import { App } from "aws-cdk-lib";
import { NewsStack } from "../lib/news-stack";

new NewsStack(new App(), "News");
