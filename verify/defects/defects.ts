import {calls} from './known/calls.ts';
import {charts} from './known/charts.ts';
import {orders} from './known/orders.ts';
import {platform} from './known/platform.ts';
import {users} from './known/users.ts';
import type {Defect} from './defect.ts';

/** By where they are made. */
export const defects: Defect[] = [...orders, ...users, ...calls, ...platform, ...charts];
