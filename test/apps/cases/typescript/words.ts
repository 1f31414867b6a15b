export enum Fruit {
  apple = 1,
  pear,
}

/** A decorator of the kind that only the application's own tsconfig turns on. */
export function named(prefix: string) {
  return (target: object, key: string): void => {
    Object.assign(target, { label: `${prefix} ${key}` });
  };
}
