import 'reflect-metadata';

// Node runs TypeScript by removing the types, and cannot run decorators. These calls are what a compiler makes of them.

type Class = abstract new (...parameters: never[]) => object;

export function decorate(target: Class, ...decorators: ClassDecorator[]): void {
  Reflect.decorate(decorators, target);
}

export function decorateMethod(target: Class, name: string, ...decorators: MethodDecorator[]): void {
  const {prototype} = target as {prototype: object};
  Reflect.decorate(decorators, prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
}
