// With these, Fastify validates requests and compiles a serializer for the answers.
const text = {type: 'string'};
const date = {type: 'string', format: 'date-time'};
const number = {type: 'number'};
const hexId = {type: 'string', pattern: '^[0-9a-f]{24}$'};

const object = (properties: Record<string, object>, required: string[] = []) => ({
  type: 'object',
  required,
  properties,
});

const products = {
  type: 'array',
  items: object({productId: text, quantity: {type: 'integer'}, price: number}, ['productId', 'quantity', 'price']),
};

export const userParams = object({id: hexId}, ['id']);
export const user = object({id: text, username: text, email: text, createdAt: date});

export type NewOrder = {userId: string; products: {productId: string; quantity: number; price: number}[]};
export const newOrder = object({userId: hexId, products}, ['userId', 'products']);
export const order = object({
  id: text,
  userId: text,
  products,
  total: number,
  status: text,
  createdAt: date,
  updatedAt: date,
});
