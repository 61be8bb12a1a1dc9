import {Bind, Controller, Dependencies, Get, Injectable, Module, NotFoundException, Param} from '@nestjs/common';
import {NestFactory} from '@nestjs/core';
import {getModelToken, MongooseModule} from '@nestjs/mongoose';
import {Schema, type InferSchemaType, type Model} from 'mongoose';
import {decorate, decorateMethod} from './decorate.ts';

// users as Nest's documentation writes it, with mongoose.
const UserSchema = new Schema({
  username: String,
  email: String,
  password: String,
  createdAt: {type: Date, default: Date.now},
});
type User = InferSchemaType<typeof UserSchema>;

class UsersService {
  private readonly users: Model<User>;

  constructor(users: Model<User>) {
    this.users = users;
  }

  findOne(id: string) {
    return this.users.findById(id, '-password').exec();
  }
}
decorate(UsersService, Injectable(), Dependencies(getModelToken('User')));

class UsersController {
  private readonly service: UsersService;

  constructor(service: UsersService) {
    this.service = service;
  }

  async findOne(id: string) {
    const user = await this.service.findOne(id);
    if (!user) throw new NotFoundException('User not found');
    return user;
  }
}
decorate(UsersController, Controller('api/users'), Dependencies(UsersService));
decorateMethod(UsersController, 'findOne', Get(':id'), Bind(Param('id')));

class AppModule {}
const modules = [
  MongooseModule.forRoot(process.env['MONGO_URL'] ?? ''),
  MongooseModule.forFeature([{name: 'User', schema: UserSchema}]),
];
decorate(AppModule, Module({imports: modules, controllers: [UsersController], providers: [UsersService]}));

const app = await NestFactory.create(AppModule);
await app.listen(process.env['PORT'] ?? '');
