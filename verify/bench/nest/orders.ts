import {HttpModule, HttpService} from '@nestjs/axios';
import {BadRequestException, Bind, Body, Controller, Dependencies, Injectable, Module, Post} from '@nestjs/common';
import {NestFactory} from '@nestjs/core';
import {getModelToken, MongooseModule} from '@nestjs/mongoose';
import type {Model} from 'mongoose';
import {catchError, firstValueFrom} from 'rxjs';
import {decorate, decorateMethod} from './decorate.ts';
import {OrderSchema, type NewOrder, type Order} from './order.ts';

// orders as Nest's documentation writes it, with mongoose. It calls users with Nest's module for axios.
class OrdersService {
  private readonly orders: Model<Order>;
  private readonly http: HttpService;

  constructor(orders: Model<Order>, http: HttpService) {
    this.orders = orders;
    this.http = http;
  }

  async create({userId, products}: NewOrder) {
    await this.findUser(userId);
    const total = products.reduce((sum, {quantity, price}) => sum + quantity * price, 0);
    return new this.orders({userId, products, total}).save();
  }

  private findUser(id: string) {
    const asking = this.http.get(`${process.env['USERS_URL']}/api/users/${id}`).pipe(
      catchError(() => {
        throw new BadRequestException('User not found');
      }),
    );
    return firstValueFrom(asking);
  }
}
decorate(OrdersService, Injectable(), Dependencies(getModelToken('Order'), HttpService));

class OrdersController {
  private readonly service: OrdersService;

  constructor(service: OrdersService) {
    this.service = service;
  }

  create(order: NewOrder) {
    return this.service.create(order);
  }
}
decorate(OrdersController, Controller('api/orders'), Dependencies(OrdersService));
decorateMethod(OrdersController, 'create', Post(), Bind(Body()));

class AppModule {}
const modules = [
  HttpModule,
  MongooseModule.forRoot(process.env['MONGO_URL'] ?? ''),
  MongooseModule.forFeature([{name: 'Order', schema: OrderSchema}]),
];
decorate(AppModule, Module({imports: modules, controllers: [OrdersController], providers: [OrdersService]}));

const app = await NestFactory.create(AppModule);
await app.listen(process.env['PORT'] ?? '');
