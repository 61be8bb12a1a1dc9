import axios from 'axios';
import express from 'express';
import {connect, model, Schema} from 'mongoose';

// orders as tutorials write it: Express, axios, mongoose with its defaults, without observability.
await connect(process.env['MONGO_URL'] ?? '');
const Order = model(
  'Order',
  new Schema(
    {
      userId: String,
      products: [{productId: String, quantity: Number, price: Number}],
      status: {type: String, default: 'pending'},
    },
    {timestamps: true},
  ),
);

const app = express();
app.use(express.json());
app.post('/api/orders', async (request, response) => {
  const {userId, products} = request.body as {userId: string; products: object[]};
  try {
    await axios.get(`${process.env['USERS_URL']}/api/users/${userId}`);
  } catch {
    response.status(400).json({error: 'User not found'});
    return;
  }
  const order = await new Order({userId, products}).save();
  response.status(201).json(order);
});
app.listen(process.env['PORT']);
