let lastSequence = 18_849_496_460_467_696_128n;

/** Sequence numbers have 20 digits and grow; the gaps are not documented. */
export function nextSequenceNumber(): string {
  lastSequence += 256n;
  return String(lastSequence).padStart(20, "0");
}
