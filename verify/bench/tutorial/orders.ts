import axios from 'axios';
import cors from 'cors';
import express from 'express';
import {connect, model, Schema} from 'mongoose';

type NewOrder = {userId: string; products: {productId: string; quantity: number; price: number}[]};

// orders as tutorials write it: Express, axios, mongoose with its defaults, without observability.
await connect(process.env['MONGO_URL'] ?? '');
const Order = model(
  'Order',
  new Schema(
    {
      userId: String,
      products: [{productId: String, quantity: Number, price: Number}],
      total: Number,
      status: {type: String, default: 'pending'},
    },
    {timestamps: true},
  ),
);

const app = express();
app.use(cors());
app.use(express.json());
app.post('/api/orders', async (request, response) => {
  const {userId, products} = request.body as NewOrder;
  try {
    await axios.get(`${process.env['USERS_URL']}/api/users/${userId}`);
  } catch {
    response.status(400).json({error: 'User not found'});
    return;
  }
  const total = products.reduce((sum, {quantity, price}) => sum + quantity * price, 0);
  const order = await new Order({userId, products, total}).save();
  response.status(201).json(order);
});
app.listen(process.env['PORT']);
