import cors from 'cors';
import express from 'express';
import {connect, model, Schema} from 'mongoose';

// users as tutorials write it: Express, mongoose with its defaults, without observability.
await connect(process.env['MONGO_URL'] ?? '');
const User = model(
  'User',
  new Schema({username: String, email: String, password: String, createdAt: {type: Date, default: Date.now}}),
);

const app = express();
app.use(cors());
app.use(express.json());
app.get('/api/users/:id', async (request, response) => {
  const user = await User.findById(request.params.id, '-password');
  if (user) response.json(user);
  else response.status(404).json({error: 'User not found'});
});
app.listen(process.env['PORT']);
