/** Whether this process runs an invocation, and how many it has begun: Lambda runs one at a time. */
let begun = 0;
let isRunning = false;

export function beginInvocation(): void {
  begun += 1;
  isRunning = true;
}

export function endInvocation(): void {
  isRunning = false;
}

export function isInvoked(): boolean {
  return isRunning;
}

export function countInvocations(): number {
  return begun;
}
