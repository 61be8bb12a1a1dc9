import express from 'express';
import {connect, model, Schema} from 'mongoose';

// users as tutorials write it: Express, mongoose with its defaults, without observability.
await connect(process.env['MONGO_URL'] ?? '');
const User = model('User', new Schema({username: String, email: String, createdAt: Date}));

const app = express();
app.use(express.json());
app.get('/api/users/:id', async (request, response) => {
  const user = await User.findById(request.params.id);
  if (user) response.json(user);
  else response.status(404).json({error: 'User not found'});
});
app.listen(process.env['PORT']);
