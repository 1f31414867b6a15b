import type { Probe } from "../probe";
import { account } from "./00-account";
import { deploy } from "./01-deploy";
import { idle } from "./02-idle";
import { connect } from "./03-connect";
import { frames } from "./04-frames";
import { order } from "./05-order";
import { acks } from "./06-acks";
import { slowNeighbour } from "./07-slow-neighbour";
import { pongs } from "./08-pongs";
import { failures } from "./09-failures";
import { redrive } from "./10-redrive";
import { publish } from "./11-publish";
import { origins } from "./12-origins";
import { throttle } from "./13-throttle";
import { metrics } from "./14-metrics";
import { broadcast } from "./15-broadcast";
import { destroy } from "./16-destroy";
import { site } from "./17-site";

/** In the order in which they run; the last one always does, unless `--keep` is given. */
export const probes: readonly Probe[] = [
  ...[account, deploy, idle, connect, frames, order, acks, slowNeighbour, pongs, failures],
  ...[redrive, publish, origins, throttle, metrics, broadcast, site, destroy],
];
