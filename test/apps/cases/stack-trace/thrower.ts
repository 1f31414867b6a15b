interface Fruit {
  readonly name: string;
}

export function describeFruit(fruit: Fruit | undefined): string {
  return (fruit as Fruit).name;
}
