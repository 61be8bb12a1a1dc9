import {Schema} from 'mongoose';

type Product = {productId: string; quantity: number; price: number};
export type NewOrder = {userId: string; products: Product[]};
export type Order = NewOrder & {total: number; status: string};

export const OrderSchema = new Schema(
  {
    userId: String,
    products: [{productId: String, quantity: Number, price: Number}],
    total: Number,
    status: {type: String, default: 'pending'},
  },
  {timestamps: true},
);
