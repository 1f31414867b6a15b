import type { SQSEvent } from "aws-lambda";
import { sendSlices } from "../src/functions/slices";
import { composeSlices } from "./compose";
import { observed } from "./observed";

const ports = composeSlices();

/** Messages of the queue of parts. */
export const handler = observed(({ Records: records }: SQSEvent) =>
  sendSlices(
    ports,
    records.map((record) => ({
      ...record,
      receives: Number(record.attributes.ApproximateReceiveCount),
    })),
  ),
);
