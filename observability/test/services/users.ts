import type {Registry} from 'prom-client';
import {createDerive} from '../../../services/users/hashing.ts';
import {countUsers} from '../../../services/users/metrics.ts';

export function measure(registry: Registry): void {
  countUsers(registry);
  createDerive(registry);
}
